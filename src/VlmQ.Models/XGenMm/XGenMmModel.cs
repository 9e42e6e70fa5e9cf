using System.Buffers;
using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Core.Tokens;
using VlmQ.Models.Families;
using VlmQ.Models.Generation;
using VlmQ.Models.Layers;
using VlmQ.Models.Sequences;
using static TorchSharp.torch;

namespace VlmQ.Models.XGenMm;

/// <summary>
/// xGen-MM v1.5 (BLIP-3, arXiv 2408.08872; github salesforce/LAVIS, branch xgen-mm, commit d699f7e) with critic heads. Pictures may be of
/// any size: the model cuts them into views itself. The vision tower is frozen, as in the model's own training. The shapes' letters are
/// those of <see cref="XGenMmNetwork"/>.
/// </summary>
public sealed class XGenMmModel : VisionLanguageModel, ISequenceModel
{
    // Views that a frozen vision tower sees at once: more only take more memory.
    private const int ViewsAtOnce = 5;

    private readonly XGenMmNetwork vlm;
    private readonly CriticEnsemble critics;

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
        PicturePlan[] plans = new PicturePlan[rows.Length];
        for (int i = 0; i < plans.Length; i++)
        {
            plans[i] = PicturePlan.Of(batch.Images, rows[i], batch.ImageWidth, batch.ImageHeight, Sizes).OrThrow();
        }
        SequenceLayout sequence = SequenceLayout.Of(batch, rows, [.. plans.Select(plan => plan.Tokens)], Rules);
        return Input([.. plans.Where((_, i) => sequence.ImageTokens[i] > 0)], sequence);
    }

    /// <summary>Makes turns with any number of pictures ready to be read, on the model's device.</summary>
    /// <exception cref="FaultException">As for batches; or a turn has not as many placeholders as pictures.</exception>
    public XGenMmInput Prepare(params IReadOnlyList<InterleavedTurn> turns) => Prepare(turns, PaddingSide.Right, 0);

    /// <inheritdoc/>
    public override Tensor Hidden(TurnInput input)
    {
        XGenMmInput rows = Own(input);
        using DisposeScope scope = NewDisposeScope();
        using TransformerPass pass = NewPass(rows.Sequence);
        return AtPositions(Run(Embeddings(rows), pass, TailOf(rows.Sequence)), rows.Sequence).MoveToOuterDisposeScope();
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
            long tail = layer == Sizes.Text.Layers - 1 ? TailOf(rows.Sequence) : rows.Sequence.Width;
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
        PicturePlan[] plans = new PicturePlan[prompts.Rows];
        for (int row = 0; row < plans.Length; row++)
        {
            plans[row] = PicturePlan.Of(prompts.Images, row, prompts.ImageWidth, prompts.ImageHeight, Sizes).OrThrow();
        }
        SequenceLayout sequence = SequenceLayout.Of(prompts, [.. plans.Select(plan => plan.Tokens)], maximumTokens - 1, Rules);
        using XGenMmInput input = Input([.. plans.Where((_, row) => sequence.ImageTokens[row] > 0)], sequence);
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

    /// <summary>The vision tower's features of all views, <c>[V, P, D]</c>.</summary>
    public Tensor VisionFeatures(XGenMmInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (is_grad_enabled() && vlm.vision_encoder.parameters().Any(parameter => parameter.requires_grad))
        {
            return vlm.vision_encoder.Features(input.Patches);
        }
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return cat([.. input.Patches.split(ViewsAtOnce).Select(vlm.vision_encoder.Features)]).MoveToOuterDisposeScope();
    }

    /// <summary>What the language model reads in place of the pictures, picture after picture: <c>[V, L, d]</c>.</summary>
    public Tensor ImageEmbeddings(XGenMmInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using DisposeScope scope = NewDisposeScope();
        Tensor features = VisionFeatures(input);
        int side = Sizes.ImageSize / Sizes.PatchSize;
        List<long> order = [];
        List<bool> seen = [];
        foreach (ViewLayout layout in input.Layouts)
        {
            long start = order.Count;
            order.AddRange(layout.SetOrder(side).Select(patch => start + patch));
            bool[] mask = layout.SetMask(side);
            for (int set = 0; set < layout.Views; set++)
            {
                seen.AddRange(mask.AsSpan(set * Sizes.Patches, Sizes.Patches));
                seen.AddRange(Enumerable.Repeat(true, Sizes.Latents));
            }
        }
        Tensor sets = features.flatten(0, 1).index_select(0, tensor(order, device: features.device)).view(features.shape); // [V, P, D]
        using AttentionMask attention = AttentionMask.OfKeys([.. seen], (int)features.shape[0], features.device);
        return vlm.vision_tokenizer.Resample(sets, attention).MoveToOuterDisposeScope();
    }

    /// <summary>Words and pictures as the first layer reads them: <c>[B, T, d]</c>.</summary>
    public Tensor Embeddings(XGenMmInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using DisposeScope scope = NewDisposeScope();
        Tensor? images = input.Layouts.IsEmpty ? null : ImageEmbeddings(input).flatten(0, 1);
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
        return Options.TrainsVision || !parameter.StartsWith("vlm.vision_encoder.", StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Rotary.Dispose();
        }
        base.Dispose(disposing);
    }

    private static XGenMmInput Own(TurnInput input) =>
        input as XGenMmInput ?? throw new ArgumentException("The rows were prepared by another kind of model.", nameof(input));

    // Of the last layer only the columns from the first reply position on are wanted.
    private static long TailOf(SequenceLayout sequence) => sequence.Width - sequence.PositionIndices().Min(index => index % sequence.Width);

    // [B, tail, d] → [positions, d], behind the norm.
    private Tensor AtPositions(Tensor hidden, SequenceLayout sequence)
    {
        using DisposeScope scope = NewDisposeScope();
        long tail = hidden.shape[1];
        long skipped = sequence.Width - tail;
        long[] indices =
        [
            .. sequence.PositionIndices().Select(index => (index / sequence.Width * tail) + (index % sequence.Width) - skipped),
        ];
        Tensor chosen = hidden.reshape(-1, Sizes.Text.Width).index_select(0, tensor(indices, device: hidden.device));
        return Normed(chosen).MoveToOuterDisposeScope();
    }

    private SequenceDecoder Decode(XGenMmInput prompts, int maximumTokens)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return new SequenceDecoder(this, prompts.Sequence, Embeddings(prompts), new int[prompts.Sequence.Rows], maximumTokens);
    }

    private XGenMmInput Prepare(IReadOnlyList<InterleavedTurn> turns, PaddingSide side, int tokensToCome)
    {
        ArgumentNullException.ThrowIfNull(turns);
        List<PicturePlan> plans = [];
        SequenceRow[] rows = new SequenceRow[turns.Count];
        for (int row = 0; row < rows.Length; row++)
        {
            InterleavedTurn turn = turns[row];
            PicturePlan[] own = [.. turn.Pictures.Select(picture => PicturePlan.Of(picture, Sizes).OrThrow())];
            rows[row] = SequenceRow.Of(
                turn.PromptIds.AsSpan(),
                turn.ReplyIds.AsSpan(),
                own.Select(plan => plan.Tokens).ToArray(),
                tokensToCome,
                Rules,
                row
            );
            if (rows[row].Images.Count < own.Length)
            {
                throw new FaultException(
                    Fault.Data(
                        $"a turn has {own.Length} pictures, but its prompt has {rows[row].Images.Count} image placeholders",
                        $"row {row} of the batch",
                        "name every picture in the prompt"
                    )
                );
            }
            plans.AddRange(own);
        }
        return Input([.. plans], new SequenceLayout(side, rows));
    }

    private XGenMmInput Input(PicturePlan[] plans, SequenceLayout sequence)
    {
        int ofView = Sizes.ImageSize * Sizes.ImageSize * 3;
        int length = checked(plans.Sum(plan => plan.Layout.Views) * ofView);
        byte[] views = ArrayPool<byte>.Shared.Rent(length);
        Span<byte> free = views.AsSpan(0, length);
        ImageViews? cutter = null;
        ViewLayout? layout = null;
        foreach (PicturePlan plan in plans)
        {
            // The pictures of a batch are of one size.
            if (cutter is null || plan.Layout != layout)
            {
                layout = plan.Layout;
                cutter = new ImageViews(layout);
            }
            cutter.Cut(plan.Pixels.Span, free[..(layout!.Views * ofView)]);
            free = free[(layout.Views * ofView)..];
        }
        Tensor patches = ImageViews.Patches(views.AsSpan(0, length), Sizes.ImageSize, Sizes.PatchSize);
        ArrayPool<byte>.Shared.Return(views);
        return new XGenMmInput(patches.to(Device, disposeAfter: true), [.. plans.Select(plan => plan.Layout)], sequence);
    }
}
