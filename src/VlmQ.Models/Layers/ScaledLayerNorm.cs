using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>A layer norm with scale and shift.</summary>
public sealed class ScaledLayerNorm : nn.Module<Tensor, Tensor>
{
    /// <summary><c>[d]</c>.</summary>
    public readonly Parameter weight;

    /// <summary><c>[d]</c>.</summary>
    public readonly Parameter bias;

    private readonly double _epsilon;
    private readonly LayerOptions _options;

    /// <summary>A norm whose weights are not yet set.</summary>
    /// <param name="width">d.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="options">How it computes.</param>
    public ScaledLayerNorm(long width, double epsilon, LayerOptions options)
        : base(nameof(ScaledLayerNorm))
    {
        ArgumentNullException.ThrowIfNull(options);
        _epsilon = epsilon;
        _options = options;
        weight = new Parameter(empty([width], dtype: options.WeightType));
        bias = new Parameter(empty([width], dtype: options.WeightType));
        RegisterComponents();
    }

    /// <summary><c>[…, d]</c> → <c>[…, d]</c>.</summary>
    public override Tensor forward(Tensor input) => Norms.Layer(input, weight, bias, _epsilon, _options);
}
