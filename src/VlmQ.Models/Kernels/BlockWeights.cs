using static TorchSharp.torch;

namespace VlmQ.Models.Kernels;

/// <summary>
/// The parameters of one pre-norm transformer block of width d with an inner width of m, usually 4d. Matrices are [out, in].
/// </summary>
/// <param name="Norm1Weight">[d], scale of the layer norm before attention.</param>
/// <param name="Norm1Bias">[d].</param>
/// <param name="QkvWeight">[3d, d]: queries, keys and values one below the other, heads side by side within each.</param>
/// <param name="QkvBias">[3d].</param>
/// <param name="ProjectionWeight">[d, d], after attention.</param>
/// <param name="ProjectionBias">[d].</param>
/// <param name="Norm2Weight">[d], scale of the layer norm before the two-layer perceptron.</param>
/// <param name="Norm2Bias">[d].</param>
/// <param name="ExpandWeight">[m, d].</param>
/// <param name="ExpandBias">[m].</param>
/// <param name="ContractWeight">[d, m].</param>
/// <param name="ContractBias">[d].</param>
public sealed record BlockWeights(
    Tensor Norm1Weight,
    Tensor Norm1Bias,
    Tensor QkvWeight,
    Tensor QkvBias,
    Tensor ProjectionWeight,
    Tensor ProjectionBias,
    Tensor Norm2Weight,
    Tensor Norm2Bias,
    Tensor ExpandWeight,
    Tensor ExpandBias,
    Tensor ContractWeight,
    Tensor ContractBias
);
