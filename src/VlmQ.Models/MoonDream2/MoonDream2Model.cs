using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Randomness;
using VlmQ.Core.Tokens;
using VlmQ.Models.Devices;
using VlmQ.Models.Families;
using VlmQ.Models.Generation;
using VlmQ.Models.Layers;
using VlmQ.Models.Sequences;
using VlmQ.Models.Vision;
using static TorchSharp.torch;

namespace VlmQ.Models.MoonDream2;

/// <summary>
/// What both revisions of MoonDream2 share: a sequence is its first id, the image's embeddings, then text; rows are trained on padded on the
/// right and continued padded on the left. In the shape comments B is rows, T columns, N image embeddings, e the width of the vision
/// encoder, d that of the text model, V the vocabulary.
/// </summary>
public abstract class MoonDream2Model : VisionLanguageModel, ISequenceModel
{
    /// <summary>ε of every layer norm: PyTorch's default, not the 1e-6 of the vision encoder's origin.</summary>
    internal const double NormEpsilon = 1e-5;

    private readonly CriticEnsemble _critics;
    private readonly SequenceRules _rules;
    private readonly FeatureCache _features;

    private protected MoonDream2Model(
        string name,
        MoonDream2Sizes sizes,
        int firstId,
        MoonDream2Parts parts,
        LayerOptions layers,
        MoonDream2Options options,
        bool imageFirst
    )
        : base(name, layers.Kernels, layers.Precision)
    {
        if (sizes.Text.HeadWidth % 4 != 0)
        {
            // Half of a head is rotated, in pairs.
            throw new FaultException(Fault.Data($"heads of {sizes.Text.HeadWidth} dimensions are no multiple of 4", "config.json"));
        }
        Sizes = sizes;
        Parts = parts;
        LayerOptions = layers;
        Options = options;
        Rotary = new RotaryEmbedding(sizes.Text.HeadWidth / 2, sizes.ContextLength);
        _critics = options.Critics.Build(sizes.Text.Width, sizes.Vocabulary, RandomKey.Of(options.Seed, "weights"));
        _features = new FeatureCache(options.FeatureCache, () => WeightsDigest.Of(VisionParameters));
        _rules = new SequenceRules
        {
            Placeholder = options.ImagePlaceholder ?? sizes.Vocabulary,
            Vocabulary = sizes.Vocabulary,
            ContextLength = sizes.ContextLength,
            FirstId = firstId,
            ImageFirst = imageFirst,
        };
    }

    /// <summary>The sizes.</summary>
    public MoonDream2Sizes Sizes { get; }

    /// <summary>How it is trained and run.</summary>
    public MoonDream2Options Options { get; }

    /// <inheritdoc/>
    public override int Vocabulary => Sizes.Vocabulary;

    /// <inheritdoc/>
    public override int ImagePlaceholder => _rules.Placeholder;

    /// <inheritdoc/>
    public override int TextLength => Sizes.ContextLength - Sizes.Patches;

    /// <inheritdoc/>
    public override int? ImageWidth => null;

    /// <inheritdoc/>
    public override int? ImageHeight => null;

    /// <inheritdoc/>
    public override CriticEnsemble Critics => _critics;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, (long Out, long In)> AdaptableLinears => AdaptableLinear.ShapesIn(this);

    /// <inheritdoc/>
    public RotaryEmbedding Rotary { get; }

    /// <inheritdoc/>
    public int? Window => null;

    /// <inheritdoc/>
    public Device Device => Parts.Words.Value.device;

    private protected LayerOptions LayerOptions { get; }

    /// <summary>What the model consists of.</summary>
    internal MoonDream2Parts Parts { get; }

    /// <summary>How many first elements of a row with an image see each other in both directions.</summary>
    private protected abstract int PrefixLength { get; }

    /// <summary>Ids that a reply's tokens after the first may not be.</summary>
    private protected virtual int[] ForbiddenLater => [];

    /// <summary>Whether a module or parameter belongs to the vision encoder, the projection not counted.</summary>
    private protected abstract bool IsVisionEncoder(string path);

    /// <summary>Whether a parameter is only carried along.</summary>
    private protected abstract bool IsData(string path);

    /// <summary>Cuts a picture up: the whole picture first, then a grid, <c>[1 + rows·columns, 3, size, size]</c>.</summary>
    internal abstract PreparedPicture.Views ViewsOf(RgbImage picture);

    /// <summary>Joins the whole picture's features with the grid's: <c>[views, N, e]</c> → <c>[N, 2e]</c>.</summary>
    /// <param name="features">The whole picture's first, then the grid's row by row.</param>
    /// <param name="rows">Rows of the grid.</param>
    /// <param name="columns">Its columns.</param>
    public abstract Tensor Combine(Tensor features, int rows, int columns);

    /// <inheritdoc/>
    public override TurnInput Prepare(TurnBatch batch, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(batch);
        SequenceLayout layout = SequenceLayout.Of(batch, rows, ImageTokens(rows.Length), _rules);
        return Prepare(layout, batch.Images, batch.ImageWidth, batch.ImageHeight, rows);
    }

    /// <inheritdoc/>
    public override Tensor Hidden(TurnInput input)
    {
        MoonDream2Input rows = Own(input);
        using DisposeScope scope = NewDisposeScope();
        using TransformerPass pass = NewPass(rows.Layout);
        Tensor hidden = Run(Embed(rows), pass, rows.Layout.Tail);
        return AtPositions(hidden, rows.Layout).MoveToOuterDisposeScope(); // [positions, d]
    }

    /// <inheritdoc/>
    public override HiddenPass HiddenForTraining(TurnInput input)
    {
        if (!Options.Recomputes)
        {
            return base.HiddenForTraining(input);
        }
        MoonDream2Input rows = Own(input);
        TransformerPass pass = NewPass(rows.Layout);
        List<Func<Tensor, Tensor>> segments = [_ => Embed(rows)];
        for (int i = 0; i < Parts.TextBlocks.Count; i++)
        {
            int layer = i;
            segments.Add(hidden => Parts.TextBlocks[layer].Forward(hidden, layer, pass, TailOf(layer, rows.Layout.Tail)));
        }
        segments.Add(hidden => AtPositions(hidden, rows.Layout));
        using Tensor nothing = empty(0, device: Device);
        return HiddenPass.Run(nothing, segments, pass);
    }

    /// <inheritdoc/>
    public override Decoder StartDecoding(PromptBatch prompts, int maximumTokens)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        int[] rows = [.. Enumerable.Range(0, prompts.Rows)];
        SequenceLayout layout = SequenceLayout.Of(prompts, ImageTokens(rows.Length), maximumTokens - 1, _rules);
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using MoonDream2Input input = Prepare(layout, prompts.Images, prompts.ImageWidth, prompts.ImageHeight, rows);
        return new SequenceDecoder(this, layout, Embed(input), Prefixes(layout), maximumTokens, ForbiddenLater);
    }

    /// <inheritdoc/>
    public Tensor EmbedText(Tensor ids)
    {
        using Tensor chosen = Parts.Words.Value.index_select(0, ids); // [n, d]
        return chosen.to(ScalarType.Float32);
    }

    /// <inheritdoc/>
    public KeyValueCache NewCache(int rows, int capacity) =>
        new(Sizes.Text.Layers, rows, Sizes.Text.KeyValueHeads, capacity, Sizes.Text.HeadWidth, ScalarType.Float32, Device);

    /// <inheritdoc/>
    public Tensor Run(Tensor hidden, TransformerPass pass, long? tail = null)
    {
        for (int i = 0; i < Parts.TextBlocks.Count; i++)
        {
            hidden = Parts.TextBlocks[i].Forward(hidden, i, pass, TailOf(i, tail));
        }
        return hidden;
    }

    /// <inheritdoc/>
    public override Tensor Logits(Tensor hidden) => Parts.Head.call(hidden);

    /// <inheritdoc/>
    public Tensor Finish(Tensor hidden) => Logits(Parts.FinalNorm.call(hidden));

    /// <summary>Embeddings of a batch's rows, <c>[B, T, d]</c>.</summary>
    internal Tensor Embed(MoonDream2Input input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] embeddings = [.. input.Pictures.Select(picture => Parts.Projection.call(FeaturesOf(picture)))]; // each [N, d]
        Tensor[] ofRows = [.. input.PictureOfRow.Where(picture => picture >= 0).Select(picture => embeddings[picture])];
        return input.Layout.Embed(EmbedText, ofRows.Length == 0 ? null : cat(ofRows), Device).MoveToOuterDisposeScope();
    }

    /// <summary>Positions and mask of a batch's rows.</summary>
    internal TransformerPass NewPass(SequenceLayout layout)
    {
        using Tensor positions = layout.PositionIds(Device);
        return new TransformerPass(Rotary, positions, AttentionMask.Of(layout.Starts, Prefixes(layout), 0, layout.Width, Window, Device));
    }

    /// <summary>Called by revisions when all their parts are registered.</summary>
    private protected void Complete()
    {
        register_module("critics", _critics);
        foreach ((string name, Parameter parameter) in named_parameters())
        {
            parameter.requires_grad = parameter.requires_grad && Trains(name);
        }
    }

    /// <inheritdoc/>
    protected override bool Trains(string parameter) => !IsData(parameter) && (Options.TrainsVision || !IsVisionEncoder(parameter));

    /// <inheritdoc/>
    protected override void WeightsChanged() => _features.Clear();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _features.Dispose();
            Rotary.Dispose();
        }
        base.Dispose(disposing);
    }

    // Checkpoints have other names for the parts than the fields do; they are registered by the revisions.
    /// <inheritdoc/>
    protected override void RegisterComponents() { }

    private static MoonDream2Input Own(TurnInput input) =>
        input as MoonDream2Input ?? throw new ArgumentException("The rows were prepared by another kind of model.", nameof(input));

    private IEnumerable<(string name, Parameter parameter)> VisionParameters =>
        named_parameters().Where(pair => IsVisionEncoder(pair.name));

    private bool VisionChanges =>
        VisionParameters.Any(pair => pair.parameter.requires_grad)
        || named_modules().Any(pair => pair.module is AdaptableLinear { IsAdapted: true } && IsVisionEncoder(pair.name));

    private int[] ImageTokens(int rows)
    {
        int[] tokens = new int[rows];
        Array.Fill(tokens, Sizes.Patches);
        return tokens;
    }

    private int[] Prefixes(SequenceLayout layout) => Array.ConvertAll(layout.ImageStarts, start => start < 0 ? 0 : PrefixLength);

    private long? TailOf(int layer, long? tail) => layer == Parts.TextBlocks.Count - 1 ? tail : null;

    private Tensor AtPositions(Tensor hidden, SequenceLayout layout)
    {
        using Tensor chosen = layout.AtPositions(hidden);
        return Parts.FinalNorm.call(chosen);
    }

    private MoonDream2Input Prepare(SequenceLayout layout, byte[] images, int width, int height, ReadOnlySpan<int> rows)
    {
        List<PreparedPicture> pictures = [];
        Dictionary<string, int> byDigest = [];
        int[] pictureOfRow = new int[rows.Length];
        int bytes = checked(width * height * 3);
        for (int i = 0; i < rows.Length; i++)
        {
            pictureOfRow[i] = -1;
            if (layout.ImageStarts[i] < 0)
            {
                continue;
            }
            string digest = ImageDigest.Of(images.AsSpan(rows[i] * bytes, bytes), width, height);
            if (!byDigest.TryGetValue(digest, out pictureOfRow[i]))
            {
                pictureOfRow[i] = byDigest[digest] = pictures.Count;
                pictures.Add(Prepare(digest, Pictures.Of(images, width, height, rows[i])));
            }
        }
        return new MoonDream2Input(layout, pictures, pictureOfRow);
    }

    private PreparedPicture Prepare(string digest, RgbImage picture)
    {
        if (VisionChanges)
        {
            PreparedPicture.Views views = ViewsOf(picture);
            return views with { Values = HostCopy.To(views.Values, Device) };
        }
        if (_features.Find(digest) is { } kept)
        {
            return new PreparedPicture.Features(HostCopy.To(kept, Device));
        }
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        PreparedPicture.Views seen = ViewsOf(picture);
        Tensor features = FeaturesOf(seen with { Values = HostCopy.To(seen.Values, Device) });
        _features.Add(digest, features.cpu());
        return new PreparedPicture.Features(features.MoveToOuterDisposeScope());
    }

    private Tensor FeaturesOf(PreparedPicture picture) =>
        picture switch
        {
            PreparedPicture.Features ready => ready.Values.alias(),
            PreparedPicture.Views views => Combine(Parts.Encode(views.Values), views.Rows, views.Columns),
            _ => throw new InvalidOperationException(),
        };
}
