using System.Collections.Immutable;

namespace VlmQ.Datasets.Episodes;

/// <summary>An <see cref="Core.Episodes.Observation"/> whose picture is still a PNG or JPEG file.</summary>
/// <param name="Picture">The file's bytes, as the dataset has them.</param>
/// <param name="Goal">The task in words.</param>
/// <param name="Text">State in words.</param>
public sealed record StoredObservation(ImmutableArray<byte> Picture, string Goal, string Text);
