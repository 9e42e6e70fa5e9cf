namespace VlmQ.Learning;

/// <summary>What a chunked step found; its gradients are in the parameters.</summary>
/// <param name="Total">actor + λ·critic.</param>
/// <param name="Actor">Mean of −f(A)·log π(a|s).</param>
/// <param name="Critic">Mean of ℓ(Qₖ(s,a), y).</param>
/// <param name="Targets">y, <c>[N]</c>.</param>
/// <param name="Tokens">The numbers of each token.</param>
/// <param name="ExpectationError">
/// Mean distance, over a few sampled positions, between state values over the kept tokens and over all; null where all are kept.
/// </param>
internal sealed record ChunkedLosses(
    double Total,
    double Actor,
    double Critic,
    float[] Targets,
    TokenNumbers Tokens,
    double? ExpectationError
);
