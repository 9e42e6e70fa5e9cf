using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Models.Lora;
using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>
/// A linear layer, x·Wᵀ + b, with low-rank adapters beside it: + s·(x·Aᵀ)·Bᵀ. The product B·A is never formed, so that the weight may
/// be shared, frozen and of 16 bits while the adapters are float32. A weight of another type than x is converted for the product.
/// </summary>
public sealed class AdaptableLinear : nn.Module<Tensor, Tensor>
{
    /// <summary>W, <c>[out, in]</c>.</summary>
    public readonly Parameter weight;

    /// <summary>b, <c>[out]</c>; null without.</summary>
    public readonly Parameter? bias;

    private readonly LayerOptions _options;
    private AdapterSet? _adapters;
    private string _path = "";

    /// <summary>A layer whose weights are not yet set.</summary>
    /// <param name="inputs">Width of x.</param>
    /// <param name="outputs">Width of the result.</param>
    /// <param name="options">How it computes.</param>
    /// <param name="hasBias">Whether there is a b.</param>
    public AdaptableLinear(long inputs, long outputs, LayerOptions options, bool hasBias = true)
        : base(nameof(AdaptableLinear))
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        weight = new Parameter(empty([outputs, inputs], dtype: options.WeightType));
        bias = hasBias ? new Parameter(empty([outputs], dtype: options.WeightType)) : null;
        RegisterComponents();
    }

    /// <summary>Whether an acting adapter adds to the layer.</summary>
    public bool IsAdapted => _adapters?.Adapts(_path) ?? false;

    /// <summary>The adaptable layers of a model by their paths, as <see cref="VisionLanguageModel.AdaptableLinears"/> lists them.</summary>
    public static IReadOnlyDictionary<string, (long Out, long In)> ShapesIn(nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model
            .named_modules()
            .Where(pair => pair.module is AdaptableLinear)
            .ToDictionary(pair => pair.name, pair => ((AdaptableLinear)pair.module).Shape);
    }

    private (long Out, long In) Shape => (weight.shape[0], weight.shape[1]);

    /// <summary><c>[…, in]</c> → <c>[…, out]</c>, of the input's type.</summary>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using DisposeScope scope = NewDisposeScope();
        Tensor result = _options.Kernels.Linear(input, weight, bias, _options.Precision);
        return (_adapters?.Add(_path, input, result, _options.Kernels, _options.Precision) ?? result).MoveToOuterDisposeScope();
    }

    /// <summary>Lets the layer add what acts on it among a model's adapters.</summary>
    /// <param name="adapters">The model's adapters.</param>
    /// <param name="path">The layer's path in the model.</param>
    internal void Join(AdapterSet adapters, string path)
    {
        _adapters = adapters;
        _path = path;
    }
}
