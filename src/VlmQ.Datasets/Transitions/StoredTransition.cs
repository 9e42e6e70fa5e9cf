using System.Collections.Immutable;
using VlmQ.Core.Tokens;

namespace VlmQ.Datasets.Transitions;

/// <summary>A transition with its picture, still a PNG or JPEG file.</summary>
/// <param name="Transition">The tokens and how the turn ended.</param>
/// <param name="Picture">The file's bytes, as the dataset has them.</param>
public sealed record StoredTransition(Transition Transition, ImmutableArray<byte> Picture);
