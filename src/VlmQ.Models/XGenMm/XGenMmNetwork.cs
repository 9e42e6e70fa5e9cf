using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VlmQ.Models.Families;
using VlmQ.Models.Layers;
using static TorchSharp.torch;

namespace VlmQ.Models.XGenMm;

// The network of xGen-MM v1.5 (BLIP-3, arXiv 2408.08872), top to bottom: SigLIP looks at square views of a picture, a Perceiver
// resampler turns what it sees of each into 128 tokens, Phi-3-mini reads these among words. Fields have the names of the published
// checkpoints. In the shape comments V is views (or sets) of all pictures, P patches of a view, D the vision width, L latents, d the
// text width, B rows, T columns.

/// <summary>All of it; <c>vlm</c> in checkpoints.</summary>
internal sealed class XGenMmNetwork : nn.Module
{
    public readonly VisionTower vision_encoder;
    public readonly PerceiverResampler vision_tokenizer;
    public readonly Phi3 lang_model;

    public XGenMmNetwork(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(XGenMmNetwork))
    {
        vision_encoder = new VisionTower(sizes, options);
        vision_tokenizer = new PerceiverResampler(sizes, options);
        lang_model = new Phi3(sizes, options);
        RegisterComponents();
    }
}

/// <summary>SigLIP so400m patch14-384 without its pooling head, which is in checkpoints and which nothing reads.</summary>
internal sealed class VisionTower : nn.Module
{
    public readonly VisionEmbeddings embeddings;
    public readonly VisionLayers encoder;
    public readonly ScaledLayerNorm post_layernorm;

    public VisionTower(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(VisionTower))
    {
        embeddings = new VisionEmbeddings(sizes, options);
        encoder = new VisionLayers(sizes, options);
        post_layernorm = new ScaledLayerNorm(sizes.Vision.Width, VisionLayer.Epsilon, options);
        RegisterComponents();
    }

    /// <summary>Normalised patches <c>[V, P, 3·side²]</c> → features <c>[V, P, D]</c>.</summary>
    public Tensor Features(Tensor patches)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = embeddings.Embed(patches);
        foreach (VisionLayer layer in encoder.layers)
        {
            hidden = layer.Forward(hidden);
        }
        return post_layernorm.call(hidden).MoveToOuterDisposeScope();
    }
}

internal sealed class VisionEmbeddings : nn.Module
{
    public readonly PatchConvolution patch_embedding;
    public readonly PositionTable position_embedding;
    private readonly LayerOptions _options;

    public VisionEmbeddings(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(VisionEmbeddings))
    {
        _options = options;
        patch_embedding = new PatchConvolution(sizes, options);
        position_embedding = new PositionTable(sizes, options);
        RegisterComponents();
    }

    // A convolution whose stride is its size is a product of each patch with the kernels, laid out flat.
    public Tensor Embed(Tensor patches)
    {
        Tensor kernels = patch_embedding.weight.flatten(1).OfType(patches.dtype); // [D, 3·side²]
        Tensor bias = patch_embedding.bias.OfType(patches.dtype);
        return _options.Kernels.Linear(patches, kernels, bias, _options.Precision) + position_embedding.weight.OfType(patches.dtype);
    }
}

internal sealed class PatchConvolution : nn.Module
{
    public readonly Parameter weight; // [D, 3, side, side]
    public readonly Parameter bias; // [D]

    public PatchConvolution(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(PatchConvolution))
    {
        weight = new Parameter(empty([sizes.Vision.Width, 3, sizes.PatchSize, sizes.PatchSize], dtype: options.WeightType));
        bias = new Parameter(empty([sizes.Vision.Width], dtype: options.WeightType));
        RegisterComponents();
    }
}

internal sealed class PositionTable : nn.Module
{
    public readonly Parameter weight; // [P, D]

    public PositionTable(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(PositionTable))
    {
        weight = new Parameter(empty([sizes.Patches, sizes.Vision.Width], dtype: options.WeightType));
        RegisterComponents();
    }
}

internal sealed class VisionLayers : nn.Module
{
    public readonly ModuleList<VisionLayer> layers;

    public VisionLayers(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(VisionLayers))
    {
        layers = new ModuleList<VisionLayer>([.. Enumerable.Range(0, sizes.Vision.Layers).Select(_ => new VisionLayer(sizes, options))]);
        RegisterComponents();
    }
}

/// <summary>x + out(attention(LN(x))), then x + perceptron(LN(x)); every patch sees every other of its view.</summary>
internal sealed class VisionLayer : nn.Module
{
    /// <summary>ε of SigLIP's norms; MoonDream2's copy of the tower has 1e-5.</summary>
    public const double Epsilon = 1e-6;

    public readonly ScaledLayerNorm layer_norm1;
    public readonly VisionAttention self_attn;
    public readonly ScaledLayerNorm layer_norm2;
    public readonly Perceptron mlp; // with tanh-GELU

    public VisionLayer(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(VisionLayer))
    {
        layer_norm1 = new ScaledLayerNorm(sizes.Vision.Width, Epsilon, options);
        self_attn = new VisionAttention(sizes, options);
        layer_norm2 = new ScaledLayerNorm(sizes.Vision.Width, Epsilon, options);
        mlp = new Perceptron(sizes.Vision.Width, sizes.Vision.InnerWidth, sizes.Vision.Width, options);
        RegisterComponents();
    }

    public Tensor Forward(Tensor hidden)
    {
        using DisposeScope scope = NewDisposeScope();
        hidden = hidden + self_attn.Attend(layer_norm1.call(hidden)); // [V, P, D]
        return (hidden + mlp.call(layer_norm2.call(hidden))).MoveToOuterDisposeScope();
    }
}

internal sealed class VisionAttention : nn.Module
{
    public readonly AdaptableLinear q_proj; // D → D, as the next three
    public readonly AdaptableLinear k_proj;
    public readonly AdaptableLinear v_proj;
    public readonly AdaptableLinear out_proj;
    private readonly int _heads;
    private readonly LayerOptions _options;

    public VisionAttention(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(VisionAttention))
    {
        (_heads, _options) = (sizes.Vision.Heads, options);
        int width = sizes.Vision.Width;
        q_proj = new AdaptableLinear(width, width, options);
        k_proj = new AdaptableLinear(width, width, options);
        v_proj = new AdaptableLinear(width, width, options);
        out_proj = new AdaptableLinear(width, width, options);
        RegisterComponents();
    }

    public Tensor Attend(Tensor hidden) =>
        out_proj.call(
            Attention.Apply(
                Heads.Split(q_proj.call(hidden), _heads),
                Heads.Split(k_proj.call(hidden), _heads),
                Heads.Split(v_proj.call(hidden), _heads),
                AttentionMask.None,
                _options
            )
        );
}

/// <summary>
/// Learned latents that gather what they need from the features of one set by cross-attention, layer after layer (Alayrac et al., arXiv
/// 2204.14198); sets do not see each other.
/// </summary>
internal sealed class PerceiverResampler : nn.Module
{
    private const double Epsilon = 1e-5;

    public readonly Parameter latents; // [L, D]
    public readonly ModuleList<ResamplerLayer> layers;
    public readonly ScaledLayerNorm norm;
    public readonly AdaptableLinear projection; // D → d

    public PerceiverResampler(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(PerceiverResampler))
    {
        latents = new Parameter(empty([sizes.Latents, sizes.Vision.Width], dtype: options.WeightType));
        layers = new ModuleList<ResamplerLayer>([
            .. Enumerable.Range(0, sizes.ResamplerLayers).Select(_ => new ResamplerLayer(sizes, options)),
        ]);
        norm = new ScaledLayerNorm(sizes.Vision.Width, Epsilon, options);
        projection = new AdaptableLinear(sizes.Vision.Width, sizes.Text.Width, options);
        RegisterComponents();
    }

    /// <summary>Features <c>[V, P, D]</c> → tokens <c>[V, L, d]</c>.</summary>
    /// <param name="features">The sets.</param>
    /// <param name="mask">Which features of each set count, then all latents: <c>[V, 1, 1, P + L]</c>.</param>
    public Tensor Resample(Tensor features, AttentionMask mask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor gathered = latents.OfType(features.dtype).expand(features.shape[0], -1, -1); // [V, L, D]
        foreach (ResamplerLayer layer in layers)
        {
            gathered = layer.Forward(features, gathered, mask);
        }
        return projection.call(norm.call(gathered)).MoveToOuterDisposeScope();
    }
}

internal sealed class ResamplerLayer : nn.Module
{
    [ComponentName(Name = "0")]
    public readonly ResamplerAttention attention;

    [ComponentName(Name = "1")]
    public readonly ResamplerPerceptron perceptron;

    public ResamplerLayer(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(ResamplerLayer))
    {
        attention = new ResamplerAttention(sizes, options);
        perceptron = new ResamplerPerceptron(sizes, options);
        RegisterComponents();
    }

    public Tensor Forward(Tensor features, Tensor latents, AttentionMask mask)
    {
        using DisposeScope scope = NewDisposeScope();
        latents = latents + attention.Attend(features, latents, mask); // [V, L, D]
        // GELU here is exact; the vision tower's is the tanh form.
        Tensor inner = perceptron.expand.call(perceptron.norm.call(latents)).gelu(); // [V, L, 4D]
        return (latents + perceptron.contract.call(inner)).MoveToOuterDisposeScope();
    }
}

internal sealed class ResamplerAttention : nn.Module
{
    public readonly ScaledLayerNorm norm_media;
    public readonly ScaledLayerNorm norm_latents;
    public readonly AdaptableLinear to_q; // D → heads·width
    public readonly AdaptableLinear to_kv; // D → 2·heads·width
    public readonly AdaptableLinear to_out; // heads·width → D
    private readonly int _heads;
    private readonly LayerOptions _options;

    public ResamplerAttention(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(ResamplerAttention))
    {
        (_heads, _options) = (sizes.ResamplerHeads, options);
        int width = sizes.Vision.Width;
        norm_media = new ScaledLayerNorm(width, 1e-5, options);
        norm_latents = new ScaledLayerNorm(width, 1e-5, options);
        to_q = new AdaptableLinear(width, sizes.ResamplerInnerWidth, options, hasBias: false);
        to_kv = new AdaptableLinear(width, 2 * sizes.ResamplerInnerWidth, options, hasBias: false);
        to_out = new AdaptableLinear(sizes.ResamplerInnerWidth, width, options, hasBias: false);
        RegisterComponents();
    }

    // Latents look at the features and at each other.
    public Tensor Attend(Tensor features, Tensor latents, AttentionMask mask)
    {
        Tensor normed = norm_latents.call(latents);
        Tensor[] seen = to_kv.call(cat([norm_media.call(features), normed], 1)).chunk(2, -1); // each [V, P + L, heads·width]
        Tensor queries = Heads.Split(to_q.call(normed), _heads);
        return to_out.call(Attention.Apply(queries, Heads.Split(seen[0], _heads), Heads.Split(seen[1], _heads), mask, _options));
    }
}

internal sealed class ResamplerPerceptron : nn.Module
{
    [ComponentName(Name = "0")]
    public readonly ScaledLayerNorm norm;

    [ComponentName(Name = "1")]
    public readonly AdaptableLinear expand; // D → 4D

    [ComponentName(Name = "3")]
    public readonly AdaptableLinear contract; // 4D → D

    public ResamplerPerceptron(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(ResamplerPerceptron))
    {
        int width = sizes.Vision.Width;
        norm = new ScaledLayerNorm(width, 1e-5, options);
        expand = new AdaptableLinear(width, sizes.ResamplerExpansion * width, options, hasBias: false);
        contract = new AdaptableLinear(sizes.ResamplerExpansion * width, width, options, hasBias: false);
        RegisterComponents();
    }
}

/// <summary>Phi-3-mini-4k. Ids added behind its own have tables of their own.</summary>
internal sealed class Phi3 : nn.Module
{
    public readonly Phi3Trunk model;
    public readonly AdaptableLinear lm_head; // d → rows of the table, of which the first ids are used
    private readonly int _firstIds;

    public Phi3(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(Phi3))
    {
        _firstIds = sizes.FirstIds;
        model = new Phi3Trunk(sizes, options);
        lm_head = new AdaptableLinear(sizes.Text.Width, sizes.Rows, options);
        lm_head.register_module("additional_fc", new AdaptableLinear(sizes.Text.Width, sizes.AdditionalIds, options));
        RegisterComponents();
    }

    // In checkpoints it lies below the head, and a field would give it a second name.
    private AdaptableLinear AdditionalHead => (AdaptableLinear)lm_head.children().Single();

    /// <summary>Logits of the first ids, then of the additional ones: <c>[…, d]</c> → <c>[…, ids]</c>.</summary>
    public Tensor Logits(Tensor hidden)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor first = lm_head.call(hidden).narrow(-1, 0, _firstIds);
        return cat([first, AdditionalHead.call(hidden)], -1).MoveToOuterDisposeScope();
    }
}

internal sealed class Phi3Trunk : nn.Module
{
    public readonly TokenTable embed_tokens;
    public readonly ModuleList<Phi3Layer> layers;
    public readonly RootMeanSquareNorm norm;

    public Phi3Trunk(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(Phi3Trunk))
    {
        embed_tokens = new TokenTable(sizes, options);
        layers = new ModuleList<Phi3Layer>([.. Enumerable.Range(0, sizes.Text.Layers).Select(_ => new Phi3Layer(sizes, options))]);
        norm = new RootMeanSquareNorm(sizes.Text.Width, options);
        RegisterComponents();
    }
}

internal sealed class TokenTable : nn.Module
{
    public readonly Parameter weight; // [rows, d], of which the first ids are used
    public readonly AdditionalTable additional_embedding;
    private readonly int _firstIds;

    public TokenTable(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(TokenTable))
    {
        _firstIds = sizes.FirstIds;
        weight = new Parameter(empty([sizes.Rows, sizes.Text.Width], dtype: options.WeightType));
        additional_embedding = new AdditionalTable(sizes, options);
        RegisterComponents();
    }

    /// <summary>Ids <c>[n]</c> → embeddings <c>[n, d]</c> in float32.</summary>
    public Tensor Embed(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor first = weight.index_select(0, ids.clamp_max(_firstIds - 1));
        Tensor additional = additional_embedding.weight.index_select(0, (ids - _firstIds).clamp_min(0));
        return where(ids.lt(_firstIds).unsqueeze(-1), first, additional).OfType(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}

internal sealed class AdditionalTable : nn.Module
{
    public readonly Parameter weight; // [additional ids, d]

    public AdditionalTable(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(AdditionalTable))
    {
        weight = new Parameter(empty([sizes.AdditionalIds, sizes.Text.Width], dtype: options.WeightType));
        RegisterComponents();
    }
}

/// <summary>x + o(attention(norm(x))), then x + down(silu(gate)·up) with [gate | up] = gate_up(norm(x)).</summary>
internal sealed class Phi3Layer : nn.Module
{
    public readonly RootMeanSquareNorm input_layernorm;
    public readonly Phi3Attention self_attn;
    public readonly RootMeanSquareNorm post_attention_layernorm;
    public readonly Phi3Perceptron mlp;

    public Phi3Layer(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(Phi3Layer))
    {
        input_layernorm = new RootMeanSquareNorm(sizes.Text.Width, options);
        self_attn = new Phi3Attention(sizes, options);
        post_attention_layernorm = new RootMeanSquareNorm(sizes.Text.Width, options);
        mlp = new Phi3Perceptron(sizes, options);
        RegisterComponents();
    }

    /// <summary><c>[B, T, d]</c> → <c>[B, tail, d]</c>.</summary>
    /// <param name="hidden">New columns.</param>
    /// <param name="index">The layer, from 0.</param>
    /// <param name="pass">Positions, mask and cache.</param>
    /// <param name="tail">How many last columns are wanted.</param>
    public Tensor Forward(Tensor hidden, int index, TransformerPass pass, long tail)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = self_attn.Attend(input_layernorm.call(hidden), index, pass, tail); // [B, tail, d]
        hidden = hidden.narrow(1, hidden.shape[1] - tail, tail) + attended;
        Tensor[] inner = mlp.gate_up_proj.call(post_attention_layernorm.call(hidden)).chunk(2, -1); // each [B, tail, inner]
        return (hidden + mlp.down_proj.call(inner[0].silu() * inner[1])).MoveToOuterDisposeScope();
    }
}

internal sealed class Phi3Attention : nn.Module
{
    public readonly AdaptableLinear qkv_proj; // d → heads·width + 2·key heads·width
    public readonly AdaptableLinear o_proj; // heads·width → d
    private readonly TransformerSizes _sizes;
    private readonly LayerOptions _options;

    public Phi3Attention(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(Phi3Attention))
    {
        (_sizes, _options) = (sizes.Text, options);
        qkv_proj = new AdaptableLinear(_sizes.Width, _sizes.QkvWidth, options, hasBias: false);
        o_proj = new AdaptableLinear(_sizes.Width, _sizes.Width, options, hasBias: false);
        RegisterComponents();
    }

    public Tensor Attend(Tensor hidden, int index, TransformerPass pass, long tail) =>
        o_proj.call(SelfAttention.Rotary(qkv_proj.call(hidden), _sizes.Heads, _sizes.KeyValueHeads, index, pass, _options, tail));
}

internal sealed class Phi3Perceptron : nn.Module
{
    public readonly AdaptableLinear gate_up_proj; // d → 2·inner: the gate comes first
    public readonly AdaptableLinear down_proj; // inner → d

    public Phi3Perceptron(XGenMmSizes sizes, LayerOptions options)
        : base(nameof(Phi3Perceptron))
    {
        gate_up_proj = new AdaptableLinear(sizes.Text.Width, 2 * sizes.Text.InnerWidth, options, hasBias: false);
        down_proj = new AdaptableLinear(sizes.Text.InnerWidth, sizes.Text.Width, options, hasBias: false);
        RegisterComponents();
    }
}

internal sealed class RootMeanSquareNorm : nn.Module<Tensor, Tensor>
{
    public readonly Parameter weight; // [d]

    public RootMeanSquareNorm(long width, LayerOptions options)
        : base(nameof(RootMeanSquareNorm))
    {
        weight = new Parameter(empty([width], dtype: options.WeightType));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => Norms.RootMeanSquare(input, weight, 1e-5);
}
