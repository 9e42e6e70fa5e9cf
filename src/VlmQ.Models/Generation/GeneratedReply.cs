using System.Collections.Immutable;

namespace VlmQ.Models.Generation;

/// <summary>What a model said to one prompt.</summary>
/// <param name="TokenIds">The chosen tokens, with the end token where it was reached; at least one.</param>
/// <param name="LogProbabilities">One a token, under the distribution that it was drawn from (0 for greedy decoding).</param>
/// <param name="Ended">True when the reply ends with the end token; false when it was cut at its maximum.</param>
public sealed record GeneratedReply(ImmutableArray<int> TokenIds, ImmutableArray<float> LogProbabilities, bool Ended);
