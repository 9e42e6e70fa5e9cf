using System.Collections.Immutable;

namespace VlmQ.Models.Families;

/// <summary>MoonDream2, revision 2025-06-21 (github vikhyat/moondream, commit 44146f1).</summary>
public sealed record MoonDream2025Description : ModelDescription
{
    private const string Root = "model.";

    /// <param name="sizes">The sizes.</param>
    /// <param name="region">The sizes of the region head.</param>
    /// <param name="tokens">The control ids.</param>
    public MoonDream2025Description(MoonDream2Sizes sizes, MoonDream2RegionSizes region, MoonDream2Tokens tokens)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(region);
        ArgumentNullException.ThrowIfNull(tokens);
        Sizes = sizes;
        Region = region;
        Tokens = tokens;
        TensorList list = new();
        AddVision(list, sizes);
        AddText(list, sizes);
        AddRegion(list, sizes.Text.Width, region);
        Tensors = list.Tensors;
        AdaptableLinears = list.Linears;
    }

    /// <summary>The name of this revision.</summary>
    public const string Name = "moondream2-2025-06-21";

    /// <summary>The sizes.</summary>
    public MoonDream2Sizes Sizes { get; }

    /// <summary>The sizes of the region head.</summary>
    public MoonDream2RegionSizes Region { get; }

    /// <summary>The control ids.</summary>
    public MoonDream2Tokens Tokens { get; }

    /// <summary>Positions from the first on, begin token and picture, that see each other in both directions.</summary>
    public int PrefixLength { get; init; } = 730;

    /// <summary>Patches that neighbouring crops share, on each side.</summary>
    public int OverlapMargin { get; init; } = 4;

    /// <summary>Local crops of a picture at most.</summary>
    public int MaximumCrops { get; init; } = 12;

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
    public override string Chat => Name;

    /// <inheritdoc/>
    public override ImmutableArray<(string Text, ImmutableArray<int> Ids)> KnownTexts =>
        [
            ("<|endoftext|>", [Tokens.End]),
            ("<|md_reserved_0|>query<|md_reserved_1|>", Tokens.QueryPrefix),
            ("<|md_reserved_2|>", Tokens.QuerySuffix),
        ];

    /// <inheritdoc/>
    public override OfficialName OfficialNameOf(string stored) => MoonDream2OlderNames.Translate(stored);

    /// <summary>Reads the sizes that <c>config.json</c> states; the rest are the published model's.</summary>
    internal static MoonDream2025Description Read(ConfigSection root)
    {
        ConfigSection config = root.Section("config");
        ConfigSection text = config.Section("text");
        ConfigSection vision = config.Section("vision");
        MoonDream2Sizes usual = new();
        vision.Demand("in_channels", 3);
        int heads = text.Number("n_heads", usual.Text.Heads);
        int width = text.Number("dim", usual.Text.Width);
        vision.Demand("proj_out_dim", width);
        int crops = vision.Number("max_crops", 12);
        MoonDream2Sizes sizes = usual with
        {
            Text = FamilySizes.Divided(
                text,
                "n_heads",
                new TransformerSizes(text.Number("n_layers", usual.Text.Layers), width, heads, text.Number("ff_dim", usual.Text.InnerWidth))
                {
                    KeyValueHeads = text.Number("n_kv_heads", heads),
                }
            ),
            Vision = FamilySizes.Divided(
                vision,
                "enc_n_heads",
                new TransformerSizes(
                    vision.Number("enc_n_layers", usual.Vision.Layers),
                    vision.Number("enc_dim", usual.Vision.Width),
                    vision.Number("enc_n_heads", usual.Vision.Heads),
                    vision.Number("enc_ff_dim", usual.Vision.InnerWidth)
                )
            ),
            ProjectionWidth = vision.Number("proj_inner_dim", usual.ProjectionWidth),
            ImageSize = vision.Number("crop_size", usual.ImageSize),
            PatchSize = vision.Number("enc_patch_size", usual.PatchSize),
            Vocabulary = text.Number("vocab_size", usual.Vocabulary),
            ContextLength = text.Number("max_context", usual.ContextLength),
            MaximumViews = 1 + crops,
        };
        return new MoonDream2025Description(sizes, ReadRegion(config.Section("region"), width), ReadTokens(config.Section("tokenizer")))
        {
            PrefixLength = text.Number("prefix_attn", 730),
            OverlapMargin = vision.Number("overlap_margin", 4, least: 0),
            MaximumCrops = crops,
        };
    }

    private static MoonDream2RegionSizes ReadRegion(ConfigSection region, int width)
    {
        MoonDream2RegionSizes usual = new();
        region.Demand("dim", width);
        return new MoonDream2RegionSizes
        {
            InnerWidth = region.Number("inner_dim", usual.InnerWidth),
            CoordinateFeatures = region.Number("coord_feat_dim", usual.CoordinateFeatures, least: 2),
            CoordinateBins = region.Number("coord_out_dim", usual.CoordinateBins),
            SizeFeatures = region.Number("size_feat_dim", usual.SizeFeatures, least: 2),
            SizeBins = region.Number("size_out_dim", usual.SizeBins, least: 2),
        };
    }

    private static MoonDream2Tokens ReadTokens(ConfigSection tokenizer)
    {
        MoonDream2Tokens usual = new();
        ConfigSection query = tokenizer.Section("templates").Section("query");
        return new MoonDream2Tokens
        {
            Begin = tokenizer.Number("bos_id", usual.Begin, least: 0),
            End = tokenizer.Number("eos_id", usual.End, least: 0),
            Answer = tokenizer.Number("answer_id", usual.Answer, least: 0),
            QueryPrefix = query.Ids("prefix", usual.QueryPrefix),
            QuerySuffix = query.Ids("suffix", usual.QuerySuffix),
        };
    }

    private static void AddVision(TensorList list, MoonDream2Sizes sizes)
    {
        const string VisionRoot = Root + "vision.";
        int width = sizes.Vision.Width;
        list.Part = "vision";
        list.Linear(VisionRoot + "patch_emb", width, sizes.PatchWidth);
        list.Add(VisionRoot + "pos_emb", 1, sizes.Patches, width);
        for (int b = 0; b < sizes.Vision.Layers; b++)
        {
            string block = $"{VisionRoot}blocks.{b}.";
            list.Norm(block + "ln1", width);
            list.Norm(block + "ln2", width);
            list.Linear(block + "attn.qkv", 3 * width, width);
            list.Linear(block + "attn.proj", width, width);
            list.Linear(block + "mlp.fc1", sizes.Vision.InnerWidth, width);
            list.Linear(block + "mlp.fc2", width, sizes.Vision.InnerWidth);
        }
        list.Norm(VisionRoot + "post_ln", width);
        list.Part = "projection";
        list.Linear(VisionRoot + "proj_mlp.fc1", sizes.ProjectionWidth, 2 * width);
        list.Linear(VisionRoot + "proj_mlp.fc2", sizes.Text.Width, sizes.ProjectionWidth);
    }

    private static void AddText(TensorList list, MoonDream2Sizes sizes)
    {
        const string TextRoot = Root + "text.";
        int width = sizes.Text.Width;
        list.Part = "text";
        list.Add(TextRoot + "wte", sizes.Vocabulary, width);
        for (int i = 0; i < sizes.Text.Layers; i++)
        {
            string block = $"{TextRoot}blocks.{i}.";
            list.Norm(block + "ln", width);
            list.Linear(block + "attn.qkv", sizes.Text.QkvWidth, width);
            list.Linear(block + "attn.proj", width, width);
            list.Linear(block + "mlp.fc1", sizes.Text.InnerWidth, width);
            list.Linear(block + "mlp.fc2", width, sizes.Text.InnerWidth);
        }
        list.Norm(TextRoot + "post_ln", width);
        list.Linear(TextRoot + "lm_head", sizes.Vocabulary, width);
    }

    /// <summary>The region head plays no role in answering: it is kept as data, and may be missing.</summary>
    private static void AddRegion(TensorList list, int width, MoonDream2RegionSizes region)
    {
        const string RegionRoot = Root + "region.";
        list.Part = "region";
        list.Required = false;
        list.Add(RegionRoot + "coord_features", 1, region.CoordinateFeatures / 2);
        list.Add(RegionRoot + "size_features", 2, region.SizeFeatures / 2);
        list.Linear(RegionRoot + "coord_encoder", width, region.CoordinateFeatures);
        list.Linear(RegionRoot + "coord_decoder.fc1", region.InnerWidth, width);
        list.Linear(RegionRoot + "coord_decoder.fc2", region.CoordinateBins, region.InnerWidth);
        list.Linear(RegionRoot + "size_encoder", width, region.SizeFeatures);
        list.Linear(RegionRoot + "size_decoder.fc1", region.InnerWidth, width);
        list.Linear(RegionRoot + "size_decoder.fc2", region.SizeBins, region.InnerWidth);
    }
}
