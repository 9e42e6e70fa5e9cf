using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VlmQ.Models.Layers;

/// <summary>Norms over the last dimension, computed in float32 whatever the type of the input.</summary>
public static class Norms
{
    /// <summary>(x − mean)/√(variance + ε)·weight + bias.</summary>
    /// <param name="input"><c>[…, d]</c>.</param>
    /// <param name="weight"><c>[d]</c>.</param>
    /// <param name="bias"><c>[d]</c>.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="options">How it computes.</param>
    /// <returns><c>[…, d]</c>, of the input's type.</returns>
    public static Tensor Layer(Tensor input, Tensor weight, Tensor bias, double epsilon, LayerOptions options)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentNullException.ThrowIfNull(options);
        using DisposeScope scope = NewDisposeScope();
        Tensor values = input.OfType(ScalarType.Float32);
        Tensor scale = weight.OfType(ScalarType.Float32);
        Tensor shift = bias.OfType(ScalarType.Float32);
        // The kernels' layer norm has one ε.
        Tensor normed =
            epsilon == 1e-5
                ? options.Kernels.LayerNorm(values, scale, shift)
                : F.layer_norm(values, [values.shape[^1]], scale, shift, epsilon);
        return normed.OfType(input.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>x/√(mean(x²) + ε)·weight (Zhang and Sennrich, arXiv 1910.07467).</summary>
    /// <param name="input"><c>[…, d]</c>.</param>
    /// <param name="weight"><c>[d]</c>.</param>
    /// <param name="epsilon">ε.</param>
    /// <returns><c>[…, d]</c>, of the input's type.</returns>
    public static Tensor RootMeanSquare(Tensor input, Tensor weight, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        using DisposeScope scope = NewDisposeScope();
        Tensor values = input.OfType(ScalarType.Float32);
        Tensor scale = (values.square().mean([-1], keepdim: true) + epsilon).rsqrt();
        return (values * scale * weight.OfType(ScalarType.Float32)).OfType(input.dtype).MoveToOuterDisposeScope();
    }
}
