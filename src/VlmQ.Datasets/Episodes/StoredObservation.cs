using System.Collections.Immutable;

namespace VlmQ.Datasets.Episodes;

/// <summary>An <see cref="Core.Episodes.Observation"/> whose picture is still a PNG file.</summary>
/// <param name="Png">The PNG file's bytes.</param>
/// <param name="Goal">The task in words.</param>
/// <param name="Text">State in words.</param>
public sealed record StoredObservation(ImmutableArray<byte> Png, string Goal, string Text);
