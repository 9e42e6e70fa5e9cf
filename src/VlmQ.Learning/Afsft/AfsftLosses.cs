using static TorchSharp.torch;

namespace VlmQ.Learning;

/// <summary>What <see cref="Afsft.Losses"/> gives: losses to descend, and why they are what they are.</summary>
/// <param name="Total">actor + λ·critic, a scalar with gradient.</param>
/// <param name="Actor">Mean of −f(A)·log π(a|s), a scalar.</param>
/// <param name="Critic">Mean of ℓ(Qₖ(s,a), y), a scalar.</param>
/// <param name="Targets">y, <c>[N]</c>.</param>
/// <param name="Advantages">A, <c>[N]</c>.</param>
/// <param name="Weights">max(f(A), floor), <c>[N]</c>.</param>
/// <param name="Kept">Share of tokens with f(A) above 0.</param>
public sealed record AfsftLosses(
    Tensor Total,
    Tensor Actor,
    Tensor Critic,
    float[] Targets,
    float[] Advantages,
    float[] Weights,
    double Kept
);
