using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Core.Tokens;
using VlmQ.Models.Devices;
using VlmQ.Models.Generation;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>
/// A small vision-language model: linear patch encoder, image tokens in front of a causal pre-norm transformer, language head and
/// critic heads. Text positions start at 0 behind the image tokens. In the shape comments B is rows, N image tokens, T text tokens,
/// d the width, V the vocabulary.
/// </summary>
public sealed class TinyVlm : VisionLanguageModel
{
    // Fields in the order in which data meet them; their names are the names in checkpoints.
    private readonly Parameter image_positions; // [N, d]
    private readonly Parameter text_positions; // [TextLength, d]
    private readonly Linear patch; // patch width → d
    private readonly Embedding token; // V → d
    private readonly ModuleList<TinyVlmBlock> blocks;
    private readonly LayerNorm norm;
    private readonly Linear head; // d → V, no bias
    private readonly CriticEnsemble critics;

    /// <summary>Builds a model with random weights. Build models outside dispose scopes.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="kernels">How the expensive pieces are computed.</param>
    /// <param name="precision">Precision of matrix products.</param>
    /// <exception cref="FaultException">The sizes do not fit together.</exception>
    public TinyVlm(TinyVlmConfig config, long seed, IKernels kernels, Precision precision = Precision.Full)
        : base(nameof(TinyVlm), kernels, precision)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Check() is { } fault)
        {
            throw new FaultException(fault);
        }
        Config = config;
        image_positions = new Parameter(empty(config.Patches, config.Width));
        text_positions = new Parameter(empty(config.TextLength, config.Width));
        patch = nn.Linear(config.PatchWidth, config.Width);
        token = nn.Embedding(config.Vocabulary, config.Width);
        blocks = new ModuleList<TinyVlmBlock>([.. Enumerable.Range(0, config.Layers).Select(_ => new TinyVlmBlock(config))]);
        norm = nn.LayerNorm(config.Width);
        head = nn.Linear(config.Width, config.Vocabulary, hasBias: false);
        critics = new CriticEnsemble(
            config.Critics,
            config.Width,
            config.CriticWidth == 0 ? config.Width : config.CriticWidth,
            config.Vocabulary,
            config.CriticSupport,
            config.Behavior
        );
        RegisterComponents();
        Initialize(RandomKey.Of(seed, "weights"));
        AdaptableLinears = Linears();
    }

    /// <summary>The sizes.</summary>
    public TinyVlmConfig Config { get; }

    /// <inheritdoc/>
    public override string Family => "tiny";

    /// <inheritdoc/>
    public override int Vocabulary => Config.Vocabulary;

    /// <inheritdoc/>
    public override int ImagePlaceholder => Config.ImagePlaceholder;

    /// <summary>True with kernels that compute each row by itself: what the decoder does beside them, it does row by row.</summary>
    public override bool RowsAreIndependent => Kernels.RowsAreIndependent && token.weight!.device_type == DeviceType.CPU;

    /// <inheritdoc/>
    public override int TextLength => Config.TextLength;

    /// <inheritdoc/>
    public override int? ImageWidth => Config.ImageSize;

    /// <inheritdoc/>
    public override int? ImageHeight => Config.ImageSize;

    /// <inheritdoc/>
    public override CriticEnsemble Critics => critics;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, (long Out, long In)> AdaptableLinears { get; }

    /// <inheritdoc/>
    public override bool DropsAdapterInputs => false;

    /// <inheritdoc/>
    public override TurnInput Prepare(TurnBatch batch, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Input(batch.Images, batch.ImageWidth, batch.ImageHeight, rows, TurnText.Of(batch, rows, ImagePlaceholder, Vocabulary), 0);
    }

    /// <inheritdoc/>
    public override Tensor Hidden(TurnInput input)
    {
        TinyVlmInput rows =
            input as TinyVlmInput ?? throw new ArgumentException("The rows were prepared by another kind of model.", nameof(input));
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = Embed(rows); // [B, N + T, d]
        for (int i = 0; i < blocks.Count; i++)
        {
            bool last = i == blocks.Count - 1;
            hidden = Kernels.Block(hidden, Weights(i), Config.Heads, Precision, last ? rows.Text.Tail : null);
        }
        hidden = hidden.reshape(-1, Config.Width); // [B·tail, d]
        if (rows.Text.PositionsInTail() is { } positions)
        {
            hidden = hidden.index_select(0, tensor(positions, device: hidden.device));
        }
        return Kernels.LayerNorm(hidden, norm.weight!, norm.bias!).MoveToOuterDisposeScope(); // [positions, d]
    }

    /// <inheritdoc/>
    public override Tensor Logits(Tensor hidden) => Kernels.Linear(hidden, Effective("head", head.weight!), null, Precision);

    /// <inheritdoc/>
    public override Decoder StartDecoding(PromptBatch prompts, int maximumTokens)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        int[] rows = [.. Enumerable.Range(0, prompts.Rows)];
        using TinyVlmInput input = Input(
            prompts.Images,
            prompts.ImageWidth,
            prompts.ImageHeight,
            rows,
            TurnText.Of(prompts, ImagePlaceholder, Vocabulary),
            maximumTokens - 1
        );
        return new TinyVlmDecoder(this, input, maximumTokens);
    }

    /// <summary>Image tokens, then text: <c>[B, N + T, d]</c>.</summary>
    internal Tensor Embed(TinyVlmInput input)
    {
        Tensor image = Kernels.PatchEmbedding(input.Pixels, patch.weight!, patch.bias!, Precision) + image_positions; // [B, N, d]
        Tensor text = token.call(input.Ids) + text_positions.narrow(0, 0, input.Ids.shape[1]); // [B, T, d]
        return cat([image, text], 1);
    }

    /// <summary>One text token a row, each at its own position: <c>[B, 1, d]</c>.</summary>
    internal Tensor EmbedNext(ReadOnlySpan<int> tokens, ReadOnlySpan<int> positions)
    {
        long[] ids = new long[tokens.Length];
        long[] places = new long[tokens.Length];
        for (int row = 0; row < ids.Length; row++)
        {
            ids[row] = tokens[row];
            places[row] = positions[row];
        }
        Tensor embedded =
            token.call(tensor(ids, device: token.weight!.device))
            + text_positions.index_select(0, tensor(places, device: token.weight!.device)); // [B, d]
        return embedded.unsqueeze(1);
    }

    /// <summary>The weights of block <paramref name="index"/>, adapters included.</summary>
    internal BlockWeights Weights(int index)
    {
        TinyVlmBlock block = blocks[index];
        string path = $"blocks.{index}.";
        return new BlockWeights(
            block.norm1.weight!,
            block.norm1.bias!,
            Effective(path + "qkv", block.qkv.weight!),
            block.qkv.bias!,
            Effective(path + "projection", block.projection.weight!),
            block.projection.bias!,
            block.norm2.weight!,
            block.norm2.bias!,
            Effective(path + "expand", block.expand.weight!),
            block.expand.bias!,
            Effective(path + "contract", block.contract.weight!),
            block.contract.bias!
        );
    }

    /// <summary>The final norm and the language head: <c>[…, V]</c>.</summary>
    internal Tensor Finish(Tensor hidden) => Logits(Kernels.LayerNorm(hidden, norm.weight!, norm.bias!));

    private TinyVlmInput Input(byte[] images, int imageWidth, int imageHeight, ReadOnlySpan<int> rows, TurnText text, int tokensToCome)
    {
        if (text.Width + tokensToCome > TextLength)
        {
            throw new FaultException(
                Fault.Data(
                    $"prompt and reply take {text.Width + tokensToCome} tokens, but the model holds {TextLength}",
                    "",
                    "shorten the prompt or the longest reply, or train a model with a longer text length"
                )
            );
        }
        if (imageWidth != ImageWidth || imageHeight != ImageHeight)
        {
            throw new FaultException(
                Fault.Data(
                    $"pictures are {imageWidth}×{imageHeight}, but the model takes {ImageWidth}×{ImageHeight}",
                    "",
                    "set the image size of the data stream to the model's"
                )
            );
        }
        Device device = token.weight!.device;
        Tensor pixels = HostCopy.To(Patches.Cut(images, rows, Config.ImageSize, Config.PatchSize), device); // [B, N, patch width]
        return new TinyVlmInput(pixels, HostCopy.To(tensor(text.Ids, [text.Rows, text.Width]), device), text);
    }

    // Fan-in scaling; residual outputs are smaller by √(2·layers), so that the sum over all blocks keeps its size.
    private void Initialize(RandomKey key)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        double residual = 1 / Math.Sqrt(2.0 * Config.Layers);
        Fill("image_positions", image_positions, Config.PositionDeviation);
        Fill("text_positions", text_positions, Config.PositionDeviation);
        FillLinear("patch", patch, Config.PatchDeviation);
        Fill("token", token.weight!, Config.TokenDeviation);
        for (int i = 0; i < blocks.Count; i++)
        {
            FillLinear($"blocks.{i}.qkv", blocks[i].qkv, 1);
            FillLinear($"blocks.{i}.projection", blocks[i].projection, residual);
            FillLinear($"blocks.{i}.expand", blocks[i].expand, 1);
            FillLinear($"blocks.{i}.contract", blocks[i].contract, residual);
        }
        Fill("head", head.weight!, 0.02);
        critics.Initialize((name, weight) => CriticEnsemble.Fill(name, weight, key), Config.InitialValue);

        void Fill(string name, Tensor weight, double deviation) => Initializer.Normal(weight, deviation, key.Split(name));

        void FillLinear(string name, Linear linear, double scale)
        {
            Fill(name, linear.weight!, scale / Math.Sqrt(linear.weight!.shape[1]));
            linear.bias!.zero_();
        }
    }

    private Dictionary<string, (long Out, long In)> Linears()
    {
        Dictionary<string, (long Out, long In)> linears = new() { ["head"] = Shape(head) };
        for (int i = 0; i < blocks.Count; i++)
        {
            linears[$"blocks.{i}.qkv"] = Shape(blocks[i].qkv);
            linears[$"blocks.{i}.projection"] = Shape(blocks[i].projection);
            linears[$"blocks.{i}.expand"] = Shape(blocks[i].expand);
            linears[$"blocks.{i}.contract"] = Shape(blocks[i].contract);
        }
        return linears;

        static (long Out, long In) Shape(Linear linear) => (linear.weight!.shape[0], linear.weight!.shape[1]);
    }
}

/// <summary>The parameters of one block; <see cref="IKernels.Block"/> says what is computed from them.</summary>
internal sealed class TinyVlmBlock : nn.Module
{
    public readonly LayerNorm norm1;
    public readonly LayerNorm norm2;
    public readonly Linear qkv; // d → 3d
    public readonly Linear projection; // d → d
    public readonly Linear expand; // d → 4d
    public readonly Linear contract; // 4d → d

    public TinyVlmBlock(TinyVlmConfig config)
        : base(nameof(TinyVlmBlock))
    {
        norm1 = nn.LayerNorm(config.Width);
        norm2 = nn.LayerNorm(config.Width);
        qkv = nn.Linear(config.Width, 3 * config.Width);
        projection = nn.Linear(config.Width, config.Width);
        expand = nn.Linear(config.Width, config.Expansion * config.Width);
        contract = nn.Linear(config.Expansion * config.Width, config.Width);
        RegisterComponents();
    }
}
