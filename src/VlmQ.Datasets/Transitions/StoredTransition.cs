using System.Collections.Immutable;
using VlmQ.Core.Tokens;

namespace VlmQ.Datasets.Transitions;

/// <summary>A transition with its picture, still a PNG file.</summary>
/// <param name="Transition">The tokens and how the turn ended.</param>
/// <param name="Png">The PNG file's bytes.</param>
public sealed record StoredTransition(Transition Transition, ImmutableArray<byte> Png);
