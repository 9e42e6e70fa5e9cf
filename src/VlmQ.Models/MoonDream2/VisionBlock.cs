using TorchSharp;
using VlmQ.Models.Families;
using VlmQ.Models.Layers;
using static TorchSharp.torch;

namespace VlmQ.Models.MoonDream2;

/// <summary>
/// A block of the vision encoder, pre-norm: x + proj(attention(norm(x))), then x + fc2(gelu(fc1(norm(x)))). Every patch sees every patch.
/// </summary>
internal sealed class VisionBlock : nn.Module<Tensor, Tensor>
{
    private readonly ScaledLayerNorm _beforeAttention;
    private readonly AdaptableLinear _qkv; // d → 3d
    private readonly AdaptableLinear _projection; // d → d
    private readonly ScaledLayerNorm _beforePerceptron;
    private readonly Perceptron _perceptron;
    private readonly int _heads;
    private readonly LayerOptions _options;

    /// <param name="sizes">The model's sizes.</param>
    /// <param name="options">How it computes.</param>
    /// <param name="norms">What checkpoints call the two norms.</param>
    public VisionBlock(MoonDream2Sizes sizes, LayerOptions options, (string BeforeAttention, string BeforePerceptron) norms)
        : base(nameof(VisionBlock))
    {
        _heads = sizes.Vision.Heads;
        _options = options;
        _beforeAttention = new ScaledLayerNorm(sizes.Vision.Width, MoonDream2Model.NormEpsilon, options);
        _qkv = new AdaptableLinear(sizes.Vision.Width, 3 * sizes.Vision.Width, options);
        _projection = new AdaptableLinear(sizes.Vision.Width, sizes.Vision.Width, options);
        _beforePerceptron = new ScaledLayerNorm(sizes.Vision.Width, MoonDream2Model.NormEpsilon, options);
        _perceptron = new Perceptron(sizes.Vision.Width, sizes.Vision.InnerWidth, sizes.Vision.Width, options);
        register_module(norms.BeforeAttention, _beforeAttention);
        register_module("attn", new NamedModules().Add("qkv", _qkv).Add("proj", _projection));
        register_module(norms.BeforePerceptron, _beforePerceptron);
        register_module("mlp", _perceptron);
    }

    // Checkpoints have other names for the parts than the fields do; they are registered above.
    /// <inheritdoc/>
    protected override void RegisterComponents() { }

    /// <summary><c>[views, patches, d]</c> → <c>[views, patches, d]</c>.</summary>
    public override Tensor forward(Tensor hidden)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = SelfAttention.Full(_qkv.call(_beforeAttention.call(hidden)), _heads, _options);
        Tensor middle = hidden + _projection.call(attended);
        return (middle + _perceptron.call(_beforePerceptron.call(middle))).MoveToOuterDisposeScope();
    }
}
