using TorchSharp;
using VlmQ.Models.Families;
using VlmQ.Models.Layers;
using static TorchSharp.torch;

namespace VlmQ.Models.MoonDream2;

/// <summary>
/// A layer of the text model (Phi-1.5): one norm feeds attention and perceptron, x + attention(norm(x)) + perceptron(norm(x)).
/// </summary>
internal sealed class TextBlock : nn.Module
{
    private readonly ScaledLayerNorm _norm;
    private readonly AdaptableLinear _qkv; // d → d + 2·key heads·head width
    private readonly AdaptableLinear _projection; // d → d
    private readonly Perceptron _perceptron;
    private readonly MoonDream2Sizes _sizes;
    private readonly LayerOptions _options;

    /// <param name="sizes">The model's sizes.</param>
    /// <param name="options">How it computes.</param>
    /// <param name="attention">What checkpoints call the attention and its two layers.</param>
    public TextBlock(MoonDream2Sizes sizes, LayerOptions options, (string Module, string Qkv, string Projection) attention)
        : base(nameof(TextBlock))
    {
        _sizes = sizes;
        _options = options;
        _norm = new ScaledLayerNorm(sizes.Text.Width, MoonDream2Model.NormEpsilon, options);
        _qkv = new AdaptableLinear(sizes.Text.Width, sizes.Text.QkvWidth, options);
        _projection = new AdaptableLinear(sizes.Text.Width, sizes.Text.Width, options);
        _perceptron = new Perceptron(sizes.Text.Width, sizes.Text.InnerWidth, sizes.Text.Width, options);
        register_module("ln", _norm);
        register_module(attention.Module, new NamedModules().Add(attention.Qkv, _qkv).Add(attention.Projection, _projection));
        register_module("mlp", _perceptron);
    }

    // Checkpoints have other names for the parts than the fields do; they are registered above.
    /// <inheritdoc/>
    protected override void RegisterComponents() { }

    /// <summary><c>[rows, n, d]</c> → <c>[rows, tail, d]</c>.</summary>
    /// <param name="hidden">New columns.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="pass">Positions, mask and cache.</param>
    /// <param name="tail">How many last columns are wanted; null: all.</param>
    public Tensor Forward(Tensor hidden, int layer, TransformerPass pass, long? tail)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor normed = _norm.call(hidden);
        Tensor attended = SelfAttention.Rotary(
            _qkv.call(normed),
            _sizes.Text.Heads,
            _sizes.Text.KeyValueHeads,
            layer,
            pass,
            _options,
            tail
        );
        long wanted = attended.shape[1];
        long skipped = hidden.shape[1] - wanted;
        Tensor inner = _perceptron.call(skipped == 0 ? normed : normed.narrow(1, skipped, wanted));
        Tensor residual = skipped == 0 ? hidden : hidden.narrow(1, skipped, wanted);
        return (_projection.call(attended) + inner + residual).MoveToOuterDisposeScope();
    }
}
