using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>What the layers of one model share.</summary>
/// <param name="Kernels">How the expensive pieces are computed.</param>
/// <param name="Precision">Precision of matrix products.</param>
/// <param name="WeightType">The type that weights are kept in: float32, bfloat16 or float16.</param>
public sealed record LayerOptions(IKernels Kernels, Precision Precision = Precision.Full, ScalarType WeightType = ScalarType.Float32);
