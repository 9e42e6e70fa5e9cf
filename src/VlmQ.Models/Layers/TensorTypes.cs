using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>Conversions that cost nothing where there is nothing to convert.</summary>
internal static class TensorTypes
{
    /// <summary>The tensor itself, or a converted copy.</summary>
    public static Tensor OfType(this Tensor tensor, ScalarType type) => tensor.dtype == type ? tensor : tensor.to(type);
}
