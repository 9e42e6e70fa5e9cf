using static TorchSharp.torch;

namespace VlmQ.Models.Kernels;

/// <summary>The parameters of one critic head: linear, tanh-GELU, linear. Matrices are [out, in].</summary>
/// <param name="InnerWeight">[h, d].</param>
/// <param name="InnerBias">[h].</param>
/// <param name="OutputWeight">[o, h], o being the vocabulary, or the vocabulary times the bins of a classifying critic.</param>
/// <param name="OutputBias">[o].</param>
public sealed record HeadWeights(Tensor InnerWeight, Tensor InnerBias, Tensor OutputWeight, Tensor OutputBias);
