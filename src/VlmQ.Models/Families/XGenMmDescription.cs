using System.Collections.Immutable;

namespace VlmQ.Models.Families;

/// <summary>
/// xGen-MM phi3-mini instruct-interleave r v1.5 (github salesforce/LAVIS, branch xgen-mm, commit d699f7e), and its siblings of the same
/// architecture.
/// </summary>
public sealed record XGenMmDescription : ModelDescription
{
    private const string VisionRoot = "vlm.vision_encoder.";
    private const string ResamplerRoot = "vlm.vision_tokenizer.";
    private const string TextRoot = "vlm.lang_model.";

    /// <param name="sizes">The sizes.</param>
    public XGenMmDescription(XGenMmSizes sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        Sizes = sizes;
        TensorList list = new();
        AddVision(list, sizes);
        AddResampler(list, sizes);
        AddText(list, sizes);
        ImmutableSortedDictionary<string, (long Out, long In)> linears = list.Linears;
        AddPoolingHead(list, sizes.Vision);
        Tensors = list.Tensors;
        AdaptableLinears = linears;
    }

    /// <summary>The name of this model.</summary>
    public const string Name = "xgen-mm-phi3-mini-instruct-interleave-r-v1.5";

    /// <summary>The sizes.</summary>
    public XGenMmSizes Sizes { get; }

    /// <summary>The id that stands for a picture: the first of the additional ones.</summary>
    public int ImageToken => Sizes.FirstIds;

    /// <inheritdoc/>
    public override string Family => Name;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSpec> Tensors { get; }

    /// <inheritdoc/>
    public override int Vocabulary => Sizes.FirstIds + Sizes.AdditionalIds;

    /// <inheritdoc/>
    public override int ContextLength => Sizes.ContextLength;

    /// <inheritdoc/>
    public override int ImagePositions => Sizes.Latents * Sizes.MaximumViews;

    /// <inheritdoc/>
    public override TransformerSizes Text => Sizes.Text;

    /// <inheritdoc/>
    public override TransformerSizes Vision => Sizes.Vision;

    /// <inheritdoc/>
    public override ImmutableSortedDictionary<string, (long Out, long In)> AdaptableLinears { get; }

    /// <inheritdoc/>
    public override string Chat => "xgen-mm";

    /// <summary>The slow tokenizer's behaviour, with which the model was trained, is read from the sentencepiece file.</summary>
    public override string TokenizerFile => "tokenizer.model";

    /// <inheritdoc/>
    public override string? EndToken => "<|end|>";

    /// <inheritdoc/>
    public override ImmutableArray<(string Text, ImmutableArray<int> Ids)> KnownTexts => [("<image>", [ImageToken])];

    /// <summary>Reads the sizes that <c>config.json</c> states; the rest are the published model's.</summary>
    internal static XGenMmDescription Read(ConfigSection root)
    {
        ConfigSection text = root.Section("text_config");
        ConfigSection vision = root.Section("vision_encoder_config");
        ConfigSection siglip = vision.Section("siglip");
        ConfigSection resampler = root.Section("vision_tokenizer_config");
        XGenMmSizes usual = new();
        vision.Demand("image_aspect_ratio", "anyres");
        siglip.Demand("layer_norm_eps", 1e-6);
        siglip.Demand("hidden_act", "gelu_pytorch_tanh");
        text.Demand("rms_norm_eps", 1e-5);
        text.Demand("rope_theta", 10000);
        text.Demand("hidden_act", "silu");
        if (text.Has("rope_scaling"))
        {
            throw text.Refuse("rope_scaling", "is set; only unscaled rotary embeddings are known here");
        }
        int heads = text.Number("num_attention_heads", usual.Text.Heads);
        XGenMmSizes sizes = usual with
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
                {
                    KeyValueHeads = text.Number("num_key_value_heads", heads),
                }
            ),
            Vision = FamilySizes.Divided(
                siglip,
                "num_attention_heads",
                new TransformerSizes(
                    siglip.Number("num_hidden_layers", usual.Vision.Layers),
                    siglip.Number("hidden_size", usual.Vision.Width),
                    siglip.Number("num_attention_heads", usual.Vision.Heads),
                    siglip.Number("intermediate_size", usual.Vision.InnerWidth)
                )
            ),
            ImageSize = siglip.Number("image_size", usual.ImageSize),
            PatchSize = siglip.Number("patch_size", usual.PatchSize),
            Grids = Grids(vision, siglip.Number("image_size", usual.ImageSize), usual.Grids),
            ResamplerLayers = resampler.Number("depth", usual.ResamplerLayers),
            ResamplerHeads = resampler.Number("heads", usual.ResamplerHeads),
            ResamplerHeadWidth = resampler.Number("dim_head", usual.ResamplerHeadWidth),
            ResamplerExpansion = resampler.Number("ff_mult", usual.ResamplerExpansion),
            Latents = resampler.Number("num_vis_tokens", usual.Latents),
            Rows = text.Number("vocab_size", usual.Rows),
            FirstIds = text.Number("initial_tokenizer_len", usual.FirstIds),
            ContextLength = text.Number("max_position_embeddings", usual.ContextLength),
            SlidingWindow = text.Number("sliding_window", usual.SlidingWindow),
        };
        resampler.Demand("vis_feature_dim", sizes.Vision.Width);
        resampler.Demand("lang_embedding_dim", sizes.Text.Width);
        return sizes.FirstIds <= sizes.Rows
            ? new XGenMmDescription(sizes)
            : throw text.Refuse("initial_tokenizer_len", $"is {sizes.FirstIds}, more than the {sizes.Rows} rows of the embedding");
    }

    private static ImmutableArray<(int Width, int Height)> Grids(
        ConfigSection vision,
        int viewSize,
        ImmutableArray<(int Width, int Height)> usual
    )
    {
        const string Key = "anyres_grids";
        ImmutableArray<(int Width, int Height)> grids = vision.Pairs(Key, usual);
        foreach ((int width, int height) in grids)
        {
            if (width < viewSize || height < viewSize || width % viewSize != 0 || height % viewSize != 0)
            {
                throw vision.Refuse(Key, $"holds {width}×{height}, which views of {viewSize} pixels do not fill");
            }
        }
        // Equal lists are one list, so that sizes that say the same are equal.
        return grids.SequenceEqual(usual) ? usual : grids;
    }

    private static void AddVision(TensorList list, XGenMmSizes sizes)
    {
        int width = sizes.Vision.Width;
        list.Part = "vision";
        list.Add(VisionRoot + "embeddings.patch_embedding.weight", width, 3, sizes.PatchSize, sizes.PatchSize);
        list.Add(VisionRoot + "embeddings.patch_embedding.bias", width);
        list.Add(VisionRoot + "embeddings.position_embedding.weight", sizes.Patches, width);
        for (int i = 0; i < sizes.Vision.Layers; i++)
        {
            string layer = $"{VisionRoot}encoder.layers.{i}.";
            list.Norm(layer + "layer_norm1", width);
            list.Norm(layer + "layer_norm2", width);
            foreach (string projection in (ReadOnlySpan<string>)["q", "k", "v", "out"])
            {
                list.Linear($"{layer}self_attn.{projection}_proj", width, width);
            }
            list.Linear(layer + "mlp.fc1", sizes.Vision.InnerWidth, width);
            list.Linear(layer + "mlp.fc2", width, sizes.Vision.InnerWidth);
        }
        list.Norm(VisionRoot + "post_layernorm", width);
    }

    private static void AddResampler(TensorList list, XGenMmSizes sizes)
    {
        int width = sizes.Vision.Width;
        int inner = sizes.ResamplerInnerWidth;
        list.Part = "resampler";
        list.Add(ResamplerRoot + "latents", sizes.Latents, width);
        for (int i = 0; i < sizes.ResamplerLayers; i++)
        {
            string layer = $"{ResamplerRoot}layers.{i}.";
            list.Norm(layer + "0.norm_media", width);
            list.Norm(layer + "0.norm_latents", width);
            list.Linear(layer + "0.to_q", inner, width, bias: false);
            list.Linear(layer + "0.to_kv", 2 * inner, width, bias: false);
            list.Linear(layer + "0.to_out", width, inner, bias: false);
            list.Norm(layer + "1.0", width);
            list.Linear(layer + "1.1", sizes.ResamplerExpansion * width, width, bias: false);
            list.Linear(layer + "1.3", width, sizes.ResamplerExpansion * width, bias: false);
        }
        list.Norm(ResamplerRoot + "norm", width);
        list.Linear(ResamplerRoot + "projection", sizes.Text.Width, width);
    }

    private static void AddText(TensorList list, XGenMmSizes sizes)
    {
        int width = sizes.Text.Width;
        list.Part = "text";
        list.Add(TextRoot + "model.embed_tokens.weight", sizes.Rows, width);
        list.Add(TextRoot + "model.embed_tokens.additional_embedding.weight", sizes.AdditionalIds, width);
        for (int i = 0; i < sizes.Text.Layers; i++)
        {
            string layer = $"{TextRoot}model.layers.{i}.";
            list.Add(layer + "input_layernorm.weight", width);
            list.Add(layer + "post_attention_layernorm.weight", width);
            list.Linear(layer + "self_attn.qkv_proj", sizes.Text.QkvWidth, width, bias: false);
            list.Linear(layer + "self_attn.o_proj", width, width, bias: false);
            list.Linear(layer + "mlp.gate_up_proj", 2 * sizes.Text.InnerWidth, width, bias: false);
            list.Linear(layer + "mlp.down_proj", width, sizes.Text.InnerWidth, bias: false);
        }
        list.Add(TextRoot + "model.norm.weight", width);
        list.Linear(TextRoot + "lm_head", sizes.Rows, width);
        list.Linear(TextRoot + "lm_head.additional_fc", sizes.AdditionalIds, width);
    }

    /// <summary>The tower's pooling head is in every checkpoint, and nothing reads it.</summary>
    private static void AddPoolingHead(TensorList list, TransformerSizes vision)
    {
        const string Head = VisionRoot + "head.";
        list.Part = "vision (pooling head)";
        list.Required = false;
        list.Add(Head + "probe", 1, 1, vision.Width);
        list.Add(Head + "attention.in_proj_weight", 3 * vision.Width, vision.Width);
        list.Add(Head + "attention.in_proj_bias", 3 * vision.Width);
        list.Linear(Head + "attention.out_proj", vision.Width, vision.Width);
        list.Norm(Head + "layernorm", vision.Width);
        list.Linear(Head + "mlp.fc1", vision.InnerWidth, vision.Width);
        list.Linear(Head + "mlp.fc2", vision.Width, vision.InnerWidth);
    }
}
