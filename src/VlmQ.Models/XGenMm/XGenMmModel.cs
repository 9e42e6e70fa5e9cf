using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Core.Tokens;
using VlmQ.Models.Families;
using VlmQ.Models.Generation;
using VlmQ.Models.Layers;
using VlmQ.Models.Sequences;
using VlmQ.Models.Vision;
using static TorchSharp.torch;

namespace VlmQ.Models.XGenMm;

/// <summary>
/// xGen-MM v1.5 (BLIP-3, arXiv 2408.08872; github salesforce/LAVIS, branch xgen-mm, commit d699f7e) with critic heads. Pictures may be of
/// any size: the model cuts them into views itself. The vision tower is frozen, as in the model's own training. The shapes' letters are
/// those of <see cref="XGenMmNetwork"/>.
/// </summary>
public sealed class XGenMmModel : VisionLanguageModel, ISequenceModel
{
    private const string VisionRoot = "vlm.vision_encoder.";

    private readonly XGenMmNetwork vlm;
    private readonly CriticEnsemble critics;
    private readonly FeatureCache _features;

    /// <summary>Builds a model whose weights are not yet set, but for its critics'. Build models outside dispose scopes.</summary>
    /// <param name="sizes">Its sizes.</param>
    /// <param name="options">How it is trained and run.</param>
    /// <param name="layers">How its layers compute, and the type of its weights.</param>
    public XGenMmModel(XGenMmSizes sizes, XGenMmOptions options, LayerOptions layers)
        : base(nameof(XGenMmModel), (layers ?? throw new ArgumentNullException(nameof(layers))).Kernels, layers.Precision)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(options);
        Sizes = sizes;
        Options = options;
        vlm = new XGenMmNetwork(sizes, layers);
        critics = options.Critics.Build(sizes.Text.Width, Vocabulary, RandomKey.Of(options.Seed, "weights"));
        Rotary = new RotaryEmbedding(sizes.Text.HeadWidth, sizes.ContextLength);
        _features = new FeatureCache(options.FeatureCache, () => WeightsDigest.Of(VisionParameters));
        RegisterComponents();
        foreach ((string name, Parameter parameter) in named_parameters())
        {
            parameter.requires_grad = parameter.requires_grad && Trains(name);
        }
        AdaptableLinears = AdaptableLinear.ShapesIn(this);
    }

    /// <summary>The sizes.</summary>
    public XGenMmSizes Sizes { get; }

    /// <summary>How it is trained and run.</summary>
    public XGenMmOptions Options { get; }

    /// <inheritdoc/>
    public override string Family => XGenMmDescription.Name;

    /// <inheritdoc/>
    public override int Vocabulary => Sizes.FirstIds + Sizes.AdditionalIds;

    /// <summary>The id of <c>&lt;image&gt;</c>, the first of the additional ones.</summary>
    public override int ImagePlaceholder => Sizes.FirstIds;

    /// <inheritdoc/>
    public override int TextLength => Sizes.ContextLength;

    /// <inheritdoc/>
    public override int? ImageWidth => null;

    /// <inheritdoc/>
    public override int? ImageHeight => null;

    /// <inheritdoc/>
    public override CriticEnsemble Critics => critics;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, (long Out, long In)> AdaptableLinears { get; }

    /// <inheritdoc/>
    public RotaryEmbedding Rotary { get; }

    /// <inheritdoc/>
    public int? Window => Sizes.WindowDistance;

    /// <inheritdoc/>
    public Device Device => vlm.lang_model.lm_head.weight.device;

    private SequenceRules Rules =>
        new()
        {
            Placeholder = ImagePlaceholder,
            Vocabulary = Vocabulary,
            ContextLength = Sizes.ContextLength,
        };

    /// <inheritdoc/>
    public override TurnInput Prepare(TurnBatch batch, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ViewLayout layout = LayoutOf(batch.ImageWidth, batch.ImageHeight);
        return Read(SequenceLayout.Of(batch, rows, ImageTokens(layout, rows.Length), Rules), batch.Images, layout, rows);
    }

    /// <summary>Makes turns with any number of pictures ready to be read, on the model's device.</summary>
    /// <exception cref="FaultException">As for batches; or a turn has not as many placeholders as pictures.</exception>
    public TurnInput Prepare(params IReadOnlyList<InterleavedTurn> turns) => Prepare(turns, PaddingSide.Right, 0);

    /// <inheritdoc/>
    public override Tensor Hidden(TurnInput input)
    {
        XGenMmInput rows = Own(input);
        using DisposeScope scope = NewDisposeScope();
        using TransformerPass pass = NewPass(rows.Sequence);
        return AtPositions(Run(Embeddings(rows), pass, rows.Sequence.Tail), rows.Sequence).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override HiddenPass HiddenForTraining(TurnInput input)
    {
        if (!Options.Recomputes)
        {
            return base.HiddenForTraining(input);
        }
        XGenMmInput rows = Own(input);
        TransformerPass pass = NewPass(rows.Sequence);
        List<Func<Tensor, Tensor>> segments = [_ => Embeddings(rows)];
        for (int i = 0; i < Sizes.Text.Layers; i++)
        {
            int layer = i;
            long tail = layer == Sizes.Text.Layers - 1 ? rows.Sequence.Tail : rows.Sequence.Width;
            segments.Add(hidden => Layer(layer, hidden, pass, tail));
        }
        segments.Add(hidden => AtPositions(hidden, rows.Sequence));
        using Tensor nothing = empty(0, device: Device);
        return HiddenPass.Run(nothing, segments, pass);
    }

    /// <inheritdoc/>
    public override Tensor Logits(Tensor hidden) => vlm.lang_model.Logits(hidden);

    /// <inheritdoc/>
    public override Decoder StartDecoding(PromptBatch prompts, int maximumTokens)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        int[] rows = [.. Enumerable.Range(0, prompts.Rows)];
        ViewLayout layout = LayoutOf(prompts.ImageWidth, prompts.ImageHeight);
        SequenceLayout sequence = SequenceLayout.Of(prompts, ImageTokens(layout, rows.Length), maximumTokens - 1, Rules);
        using XGenMmInput input = Read(sequence, prompts.Images, layout, rows);
        return Decode(input, maximumTokens);
    }

    /// <summary>Reads prompts with any number of pictures and gives the decoder that continues them; their replies do not count.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="maximumTokens">How many tokens will be appended at most.</param>
    public Decoder StartDecoding(IReadOnlyList<InterleavedTurn> prompts, int maximumTokens)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        InterleavedTurn[] alone = [.. prompts.Select(prompt => prompt with { ReplyIds = [] })];
        using XGenMmInput input = Prepare(alone, PaddingSide.Left, maximumTokens - 1);
        return Decode(input, maximumTokens);
    }

    /// <summary>What the language model reads in place of the images, one after the other: <c>[V, L, d]</c>.</summary>
    internal Tensor ImageEmbeddings(XGenMmInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        int side = Sizes.ImageSize / Sizes.PatchSize;
        List<long> order = [];
        List<bool> seen = [];
        foreach (XGenMmPicture picture in input.Pictures)
        {
            long start = order.Count;
            order.AddRange(picture.Layout.SetOrder(side).Select(patch => start + patch));
            bool[] mask = picture.Layout.SetMask(side);
            for (int set = 0; set < picture.Layout.Views; set++)
            {
                seen.AddRange(mask.AsSpan(set * Sizes.Patches, Sizes.Patches));
                seen.AddRange(Enumerable.Repeat(true, Sizes.Latents));
            }
        }
        Tensor features = cat([.. input.Pictures.Select(FeaturesOf)]); // [V, P, D]
        Tensor sets = features.flatten(0, 1).index_select(0, tensor(order, device: features.device)).view(features.shape);
        using AttentionMask attention = AttentionMask.OfKeys([.. seen], (int)features.shape[0], features.device);
        Tensor embeddings = vlm.vision_tokenizer.Resample(sets, attention); // [V, L, d]
        if (input.Shown.SequenceEqual(Enumerable.Range(0, input.Pictures.Count)))
        {
            return embeddings.MoveToOuterDisposeScope();
        }
        Tensor[] ofPictures = embeddings.split([.. input.Pictures.Select(picture => (long)picture.Layout.Views)]);
        return cat([.. input.Shown.Select(number => ofPictures[number])]).MoveToOuterDisposeScope();
    }

    /// <summary>Words and pictures as the first layer reads them: <c>[B, T, d]</c>.</summary>
    internal Tensor Embeddings(XGenMmInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor? images = input.Shown.Count == 0 ? null : ImageEmbeddings(input).flatten(0, 1);
        return input.Sequence.Embed(EmbedText, images, Device).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor EmbedText(Tensor ids) => vlm.lang_model.model.embed_tokens.Embed(ids);

    /// <inheritdoc/>
    public KeyValueCache NewCache(int rows, int capacity) =>
        new(Sizes.Text.Layers, rows, Sizes.Text.KeyValueHeads, capacity, Sizes.Text.HeadWidth, ScalarType.Float32, Device);

    /// <inheritdoc/>
    public Tensor Run(Tensor hidden, TransformerPass pass, long? tail = null)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        long columns = hidden.shape[1];
        Tensor states = hidden;
        for (int i = 0; i < Sizes.Text.Layers; i++)
        {
            Tensor next = Layer(i, states, pass, i == Sizes.Text.Layers - 1 ? tail ?? columns : columns);
            if (i > 0)
            {
                states.Dispose();
            }
            states = next;
        }
        return states;
    }

    /// <inheritdoc/>
    public Tensor Finish(Tensor hidden)
    {
        using Tensor normed = Normed(hidden);
        return Logits(normed);
    }

    /// <summary>One layer of the language model: <c>[B, T, d]</c> → <c>[B, tail, d]</c>.</summary>
    internal Tensor Layer(int index, Tensor hidden, TransformerPass pass, long tail) =>
        vlm.lang_model.model.layers[index].Forward(hidden, index, pass, tail);

    /// <summary>The norm behind the last layer: <c>[…, d]</c> → <c>[…, d]</c>.</summary>
    internal Tensor Normed(Tensor hidden) => vlm.lang_model.model.norm.call(hidden);

    /// <summary>Positions and mask of rows.</summary>
    internal TransformerPass NewPass(SequenceLayout sequence)
    {
        using Tensor positions = sequence.PositionIds(Device);
        int[] prefixes = new int[sequence.Rows];
        AttentionMask mask = AttentionMask.Of(sequence.Starts, prefixes, 0, sequence.Width, Window, Device);
        return new TransformerPass(Rotary, positions, mask);
    }

    /// <inheritdoc/>
    protected override bool Trains(string parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return Options.TrainsVision || !parameter.StartsWith(VisionRoot, StringComparison.Ordinal);
    }

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

    private static XGenMmInput Own(TurnInput input) =>
        input as XGenMmInput ?? throw new ArgumentException("The rows were prepared by another kind of model.", nameof(input));

    private IEnumerable<(string Name, Parameter Parameter)> VisionParameters =>
        named_parameters()
            .Where(pair => pair.name.StartsWith(VisionRoot, StringComparison.Ordinal))
            .Select(pair => (pair.name, pair.parameter));

    private bool VisionChanges =>
        VisionParameters.Any(pair => pair.Parameter.requires_grad)
        || vlm.vision_encoder.modules().Any(module => module is AdaptableLinear { IsAdapted: true });

    private Tensor FeaturesOf(XGenMmPicture picture) =>
        picture switch
        {
            XGenMmPicture.Features ready => ready.Values.alias(),
            XGenMmPicture.Patches views => vlm.vision_encoder.Features(views.Values),
            _ => throw new InvalidOperationException(),
        };

    // [B, tail, d] → [positions, d], behind the norm.
    private Tensor AtPositions(Tensor hidden, SequenceLayout sequence)
    {
        using Tensor chosen = sequence.AtPositions(hidden);
        return Normed(chosen);
    }

    private SequenceDecoder Decode(XGenMmInput prompts, int maximumTokens)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return new SequenceDecoder(this, prompts.Sequence, Embeddings(prompts), new int[prompts.Sequence.Rows], maximumTokens);
    }

    private PictureReader NewReader() => new(Sizes, Device, _features, VisionChanges ? null : vlm.vision_encoder.Features);

    private ViewLayout LayoutOf(int width, int height) => ViewLayout.For(width, height, Sizes.Grids, Sizes.ImageSize).OrThrow();

    private int[] ImageTokens(ViewLayout layout, int rows)
    {
        int[] tokens = new int[rows];
        Array.Fill(tokens, layout.Views * Sizes.Latents);
        return tokens;
    }

    // Rows of a batch, whose pictures are all of one size.
    private XGenMmInput Read(SequenceLayout sequence, byte[] images, ViewLayout layout, ReadOnlySpan<int> rows)
    {
        PictureReader reader = NewReader();
        List<int> shown = [];
        for (int i = 0; i < rows.Length; i++)
        {
            if (sequence.ImageStarts[i] >= 0)
            {
                shown.Add(reader.Add(Pictures.PixelsOf(images, layout.ImageWidth, layout.ImageHeight, rows[i]).Span, layout));
            }
        }
        return new XGenMmInput(sequence, reader.Pictures, shown);
    }

    private XGenMmInput Prepare(IReadOnlyList<InterleavedTurn> turns, PaddingSide side, int tokensToCome)
    {
        ArgumentNullException.ThrowIfNull(turns);
        PictureReader reader = NewReader();
        List<int> shown = [];
        SequenceRow[] rows = new SequenceRow[turns.Count];
        for (int row = 0; row < rows.Length; row++)
        {
            InterleavedTurn turn = turns[row];
            ViewLayout[] layouts = [.. turn.Pictures.Select(picture => LayoutOf(picture.Width, picture.Height))];
            int[] tokens = [.. layouts.Select(layout => layout.Views * Sizes.Latents)];
            rows[row] = SequenceRow.Of(turn.PromptIds.AsSpan(), turn.ReplyIds.AsSpan(), tokens, tokensToCome, Rules, row);
            if (rows[row].Images.Count < layouts.Length)
            {
                throw new FaultException(
                    Fault.Data(
                        $"a turn has {layouts.Length} pictures, but its prompt has {rows[row].Images.Count} image placeholders",
                        $"row {row} of the batch",
                        "name every picture in the prompt"
                    )
                );
            }
            shown.AddRange(turn.Pictures.Select((picture, i) => reader.Add(picture.Pixels, layouts[i])));
        }
        return new XGenMmInput(new SequenceLayout(side, rows), reader.Pictures, shown);
    }
}
