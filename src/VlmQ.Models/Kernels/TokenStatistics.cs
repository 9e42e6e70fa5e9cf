using static TorchSharp.torch;

namespace VlmQ.Models.Kernels;

/// <summary>What the losses need of the vocabulary at N reply positions with K critics (design §7), all float32.</summary>
/// <param name="LogProbability">[N], log π(a|s) of the token taken; differentiable in the logits.</param>
/// <param name="ActionValues">[K, N], Qₖ(s,a) of the token taken; differentiable in the online values.</param>
/// <param name="Entropy">[N], −Σ π log π over the whole vocabulary; no gradient.</param>
/// <param name="StateValue">[N], Σₐ π(a|s)·minₖ Q̄ₖ(s,a) over the support; no gradient.</param>
/// <param name="TargetActionValue">[N], minₖ Q̄ₖ(s,a) of the token taken; no gradient.</param>
/// <param name="MeanActionValue">[N], the mean over k of Qₖ(s,a) of the token taken; no gradient.</param>
/// <param name="MeanStateValue">[N], Σₐ π(a|s)·meanₖ Qₖ(s,a) over the support; no gradient.</param>
public sealed record TokenStatistics(
    Tensor LogProbability,
    Tensor ActionValues,
    Tensor Entropy,
    Tensor StateValue,
    Tensor TargetActionValue,
    Tensor MeanActionValue,
    Tensor MeanStateValue
);
