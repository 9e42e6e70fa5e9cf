using System.Collections.Immutable;

namespace VlmQ.Models.Families;

/// <summary>MoonDream2, revision 2024-08-26 (github vikhyat/moondream, commit 211cc2f).</summary>
public sealed record MoonDream2024Description : ModelDescription
{
    private const string VisionRoot = "vision_encoder.encoder.model.visual.";
    private const string ProjectionRoot = "vision_encoder.projection.mlp.";
    private const string TextRoot = "text_model.";
    private const string CompiledLeftover = "_orig_mod.";
    private const int PublishedEnd = 50256;

    /// <param name="sizes">The sizes.</param>
    /// <param name="endToken">The id that begins a text, ends a reply and pads.</param>
    public MoonDream2024Description(MoonDream2Sizes sizes, int endToken = PublishedEnd)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        Sizes = sizes;
        EndTokenId = endToken;
        TensorList list = new();
        AddVision(list, sizes);
        AddText(list, sizes);
        ImmutableSortedDictionary<string, (long Out, long In)> linears = list.Linears;
        AddRegion(list, sizes.Text.Width);
        Tensors = list.Tensors;
        AdaptableLinears = linears;
    }

    /// <summary>The name of this revision.</summary>
    public const string Name = "moondream2-2024-08-26";

    /// <summary>The sizes.</summary>
    public MoonDream2Sizes Sizes { get; }

    /// <summary>The id that begins a text, ends a reply and pads.</summary>
    public int EndTokenId { get; }

    /// <inheritdoc/>
    public override string Family => Name;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSpec> Tensors { get; }

    /// <inheritdoc/>
    public override int Vocabulary => Sizes.Vocabulary;

    /// <inheritdoc/>
    public override int ContextLength => Sizes.ContextLength;

    /// <inheritdoc/>
    public override int ImagePositions => Sizes.Patches;

    /// <inheritdoc/>
    public override int LeadingPositions => 1;

    /// <inheritdoc/>
    public override TransformerSizes Text => Sizes.Text;

    /// <inheritdoc/>
    public override TransformerSizes Vision => Sizes.Vision;

    /// <inheritdoc/>
    public override ImmutableSortedDictionary<string, (long Out, long In)> AdaptableLinears { get; }

    /// <inheritdoc/>
    public override string Chat => "moondream2";

    /// <inheritdoc/>
    public override ImmutableArray<(string Text, ImmutableArray<int> Ids)> KnownTexts =>
        EndTokenId == PublishedEnd
            ? [("<|endoftext|>", [PublishedEnd]), ("\n\nQuestion:", [198, 198, 24361, 25]), ("\n\nAnswer:", [198, 198, 33706, 25])]
            : [("<|endoftext|>", [EndTokenId])];

    /// <inheritdoc/>
    public override OfficialName OfficialNameOf(string stored) => new(stored.Replace(CompiledLeftover, "", StringComparison.Ordinal));

    /// <summary>Reads the sizes that <c>config.json</c> states; the rest are the published model's.</summary>
    internal static MoonDream2024Description Read(ConfigSection root)
    {
        ConfigSection text = root.Section("text_config");
        ConfigSection vision = root.Section("vision_config");
        MoonDream2Sizes usual = new();
        text.Demand("layer_norm_eps", 1e-5);
        text.Demand("rope_theta", 10000);
        text.Demand("partial_rotary_factor", 0.5);
        text.Demand("hidden_act", "gelu_new");
        int heads = text.Number("num_attention_heads", usual.Text.Heads);
        MoonDream2Sizes sizes = usual with
        {
            Text = FamilySizes.Divided(
                text,
                "num_attention_heads",
                new TransformerSizes(
                    text.Number("num_hidden_layers", usual.Text.Layers),
                    text.Number("hidden_size", usual.Text.Width),
                    heads,
                    text.Number("intermediate_size", usual.Text.InnerWidth)
                )
            ),
            Vision = FamilySizes.Divided(
                vision,
                "num_heads",
                new TransformerSizes(
                    vision.Number("num_layers", usual.Vision.Layers),
                    vision.Number("hidden_size", usual.Vision.Width),
                    vision.Number("num_heads", usual.Vision.Heads),
                    vision.Number("intermediate_size", usual.Vision.InnerWidth)
                )
            ),
            ProjectionWidth = vision.Number("projection_inner_dim", usual.ProjectionWidth),
            ImageSize = vision.Number("image_size", usual.ImageSize),
            PatchSize = vision.Number("patch_size", usual.PatchSize),
            Vocabulary = text.Number("vocab_size", usual.Vocabulary),
            ContextLength = text.Number("max_position_embeddings", usual.ContextLength),
        };
        text.Demand("num_key_value_heads", heads);
        return new MoonDream2024Description(sizes, text.Number("eos_token_id", PublishedEnd, least: 0));
    }

    private static void AddVision(TensorList list, MoonDream2Sizes sizes)
    {
        int width = sizes.Vision.Width;
        list.Part = "vision";
        list.Linear(VisionRoot + "patch_embed.linear", width, sizes.PatchWidth);
        list.Add(VisionRoot + "pos_embed", 1, sizes.Patches, width);
        for (int b = 0; b < sizes.Vision.Layers; b++)
        {
            string block = $"{VisionRoot}blocks.{b}.";
            list.Norm(block + "norm1", width);
            list.Norm(block + "norm2", width);
            list.Linear(block + "attn.qkv", 3 * width, width);
            list.Linear(block + "attn.proj", width, width);
            list.Linear(block + "mlp.fc1", sizes.Vision.InnerWidth, width);
            list.Linear(block + "mlp.fc2", width, sizes.Vision.InnerWidth);
        }
        list.Norm(VisionRoot + "norm", width);
        list.Part = "projection";
        list.Linear(ProjectionRoot + "fc1", sizes.ProjectionWidth, 2 * width);
        list.Linear(ProjectionRoot + "fc2", sizes.Text.Width, sizes.ProjectionWidth);
    }

    private static void AddText(TensorList list, MoonDream2Sizes sizes)
    {
        int width = sizes.Text.Width;
        list.Part = "text";
        list.Add(TextRoot + "transformer.embd.wte.weight", sizes.Vocabulary, width);
        for (int i = 0; i < sizes.Text.Layers; i++)
        {
            string layer = $"{TextRoot}transformer.h.{i}.";
            list.Norm(layer + "ln", width);
            list.Linear(layer + "mixer.Wqkv", sizes.Text.QkvWidth, width);
            list.Linear(layer + "mixer.out_proj", width, width);
            list.Linear(layer + "mlp.fc1", sizes.Text.InnerWidth, width);
            list.Linear(layer + "mlp.fc2", width, sizes.Text.InnerWidth);
        }
        list.Norm(TextRoot + "lm_head.ln", width);
        list.Linear(TextRoot + "lm_head.linear", sizes.Vocabulary, width);
    }

    /// <summary>The region model plays no role in answering, and may be missing.</summary>
    private static void AddRegion(TensorList list, int width)
    {
        const int Features = 128;
        list.Part = "region";
        list.Required = false;
        foreach (string what in (ReadOnlySpan<string>)["position", "size"])
        {
            list.Add($"region_model.{what}_features.weight", Features, 2);
            list.Linear($"region_model.{what}_encoder", width, 2 * Features);
            list.Linear($"region_model.{what}_decoder", 2, width);
        }
        list.Linear("region_model.confidence_decoder", 1, width);
    }
}
