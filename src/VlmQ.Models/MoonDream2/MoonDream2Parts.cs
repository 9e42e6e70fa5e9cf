using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Models.Families;
using VlmQ.Models.Layers;
using VlmQ.Models.Vision;
using static TorchSharp.torch;

namespace VlmQ.Models.MoonDream2;

/// <summary>
/// The parts that both revisions have, in the order in which data meet them; a revision gives them their names. In the shape comments N is
/// image embeddings, e the width of the vision encoder, d that of the text model, V the vocabulary.
/// </summary>
internal sealed class MoonDream2Parts
{
    private readonly MoonDream2Sizes _sizes;

    /// <param name="sizes">The sizes.</param>
    /// <param name="layers">How layers compute.</param>
    /// <param name="norms">What checkpoints call a vision block's two norms.</param>
    /// <param name="attention">What checkpoints call a text layer's attention and its two linear layers.</param>
    public MoonDream2Parts(
        MoonDream2Sizes sizes,
        LayerOptions layers,
        (string BeforeAttention, string BeforePerceptron) norms,
        (string Module, string Qkv, string Projection) attention
    )
    {
        _sizes = sizes;
        Patches = new AdaptableLinear(sizes.PatchWidth, sizes.Vision.Width, layers);
        Positions = new(new Parameter(empty([1, sizes.Patches, sizes.Vision.Width], dtype: layers.WeightType)));
        VisionBlocks = new([.. Enumerable.Range(0, sizes.Vision.Layers).Select(_ => new VisionBlock(sizes, layers, norms))]);
        VisionNorm = new ScaledLayerNorm(sizes.Vision.Width, MoonDream2Model.NormEpsilon, layers);
        Projection = new Perceptron(2 * sizes.Vision.Width, sizes.ProjectionWidth, sizes.Text.Width, layers);
        Words = new(new Parameter(empty([sizes.Vocabulary, sizes.Text.Width], dtype: layers.WeightType)));
        TextBlocks = new([.. Enumerable.Range(0, sizes.Text.Layers).Select(_ => new TextBlock(sizes, layers, attention))]);
        FinalNorm = new ScaledLayerNorm(sizes.Text.Width, MoonDream2Model.NormEpsilon, layers);
        Head = new AdaptableLinear(sizes.Text.Width, sizes.Vocabulary, layers);
    }

    /// <summary>3·14² → e.</summary>
    public AdaptableLinear Patches { get; }

    /// <summary><c>[1, N, e]</c>.</summary>
    public HeldParameter Positions { get; }

    public ModuleList<VisionBlock> VisionBlocks { get; }

    public ScaledLayerNorm VisionNorm { get; }

    /// <summary>2e → d.</summary>
    public Perceptron Projection { get; }

    /// <summary><c>[V, d]</c>.</summary>
    public HeldParameter Words { get; }

    public ModuleList<TextBlock> TextBlocks { get; }

    public ScaledLayerNorm FinalNorm { get; }

    /// <summary>d → V.</summary>
    public AdaptableLinear Head { get; }

    /// <summary>The vision encoder: <c>[views, 3, size, size]</c> → <c>[views, N, e]</c>.</summary>
    public Tensor Encode(Tensor views)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = Patches.call(PixelValues.Patches(views, _sizes.PatchSize)) + Positions.Value.OfType(ScalarType.Float32);
        foreach (VisionBlock block in VisionBlocks)
        {
            hidden = block.call(hidden);
        }
        return VisionNorm.call(hidden).MoveToOuterDisposeScope();
    }
}
