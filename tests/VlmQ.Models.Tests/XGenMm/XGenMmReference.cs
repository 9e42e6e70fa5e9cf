using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Imaging;
using VlmQ.Models.Families;
using VlmQ.Models.Safetensors;
using VlmQ.Models.XGenMm;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VlmQ.Models.Tests.XGenMm;

/// <summary>
/// Each stage of the tiny model spelled out once more in plain operations, from the reference's input to that stage, with switches for
/// what is easy to get wrong: a wrong one must miss the reference's numbers, or these would not show the mistake.
/// </summary>
internal sealed class XGenMmReference : IDisposable
{
    private readonly SafetensorsCheckpoint _weights = SafetensorsCheckpoint.Open(XGenMmCase.Golden.PathOf()).OrThrow();
    private readonly XGenMmSizes _sizes = XGenMmCase.Sizes;

    public ViewLayout Layout { get; } = ViewLayout.For(500, 400, XGenMmCase.Sizes.Grids, 384).OrThrow();

    public void Dispose() => _weights.Dispose();

    /// <summary>A tensor of the checkpoint.</summary>
    public Tensor Weight(string name) => _weights.Read("vlm." + name);

    /// <summary>The tower on the squashed view of picture a0: <c>[1, 729, 32]</c>.</summary>
    public Tensor Tower(double epsilon = 1e-6, bool exactGelu = false, bool lastNorm = true, bool pixelsFirst = false)
    {
        RgbImage views = XGenMmCase.Golden.Picture("a0.crops.png");
        Tensor patches = ImageViews.Patches(views.Pixels[..(384 * 384 * 3)], 384, 14);
        if (pixelsFirst)
        {
            patches = patches.view(1, 729, 3, 196).transpose(2, 3).flatten(2);
        }
        Tensor hidden =
            F.linear(patches, Weight("vision_encoder.embeddings.patch_embedding.weight").flatten(1))
            + Weight("vision_encoder.embeddings.patch_embedding.bias")
            + Weight("vision_encoder.embeddings.position_embedding.weight");
        for (int i = 0; i < 2; i++)
        {
            string layer = $"vision_encoder.encoder.layers.{i}.";
            Tensor normed = Norm(hidden, layer + "layer_norm1", epsilon);
            Tensor attended = Attention(
                Linear(normed, layer + "self_attn.q_proj"),
                Linear(normed, layer + "self_attn.k_proj"),
                Linear(normed, layer + "self_attn.v_proj"),
                _sizes.Vision.Heads
            );
            hidden = hidden + Linear(attended, layer + "self_attn.out_proj");
            Tensor inner = Linear(Norm(hidden, layer + "layer_norm2", epsilon), layer + "mlp.fc1");
            inner = inner.gelu(exactGelu ? GELU.Approximate.none : GELU.Approximate.tanh);
            hidden = hidden + Linear(inner, layer + "mlp.fc2");
        }
        return lastNorm ? Norm(hidden, "vision_encoder.post_layernorm", epsilon) : hidden;
    }

    /// <summary>The resampler on the reference's features of picture a0: <c>[5, 128, 64]</c>.</summary>
    public Tensor Resampler(
        bool viewsAsSets = false,
        bool noMask = false,
        bool masksLatents = false,
        bool tanhGelu = false,
        bool latentsFirst = false,
        bool normsFeaturesOnce = false,
        double? scale = null
    )
    {
        Tensor features = XGenMmCase.Golden.Expected("a0.vision_features");
        if (!viewsAsSets)
        {
            long[] order = [.. Layout.SetOrder(27).Select(patch => (long)patch)];
            features = features.flatten(0, 1).index_select(0, tensor(order)).view(features.shape);
        }
        Tensor seen = XGenMmCase.Golden.Expected("a0.resampler_mask").gt(0.5);
        Tensor ofLatents = masksLatents ? seen[.., ..128] : ones(5, 128, dtype: ScalarType.Bool);
        Tensor mask = noMask ? ones(5, 857, dtype: ScalarType.Bool) : cat([seen, ofLatents], 1);
        Tensor latents = Weight("vision_tokenizer.latents").expand(5, -1, -1);
        for (int i = 0; i < 2; i++)
        {
            string layer = $"vision_tokenizer.layers.{i}.";
            Tensor media = Norm(features, layer + "0.norm_media", 1e-5);
            Tensor normed = Norm(latents, layer + "0.norm_latents", 1e-5);
            Tensor both = latentsFirst ? cat([normed, media], 1) : cat([media, normed], 1);
            Tensor[] keysAndValues = F.linear(both, Weight(layer + "0.to_kv.weight")).chunk(2, -1);
            Tensor queries = F.linear(normed, Weight(layer + "0.to_q.weight"));
            Tensor attended = Attention(queries, keysAndValues[0], keysAndValues[1], _sizes.ResamplerHeads, mask.view(5, 1, 1, 857), scale);
            latents = latents + F.linear(attended, Weight(layer + "0.to_out.weight"));
            Tensor inner = F.linear(Norm(latents, layer + "1.0", 1e-5), Weight(layer + "1.1.weight"));
            inner = inner.gelu(tanhGelu ? GELU.Approximate.tanh : GELU.Approximate.none);
            latents = latents + F.linear(inner, Weight(layer + "1.3.weight"));
            features = normsFeaturesOnce ? media : features;
        }
        return Linear(Norm(latents, "vision_tokenizer.norm", 1e-5), "vision_tokenizer.projection");
    }

    /// <summary>The first layer of the language model on the reference's embeddings of case a: <c>[753, 64]</c>.</summary>
    public Tensor FirstLayer(
        bool gateLast = false,
        bool adjacentPairs = false,
        int firstPosition = 0,
        bool keysFirst = false,
        bool centred = false
    )
    {
        const string Layer = "lang_model.model.layers.0.";
        Tensor hidden = XGenMmCase.Golden.Expected("a.inputs_embeds").unsqueeze(0);
        Tensor middle = centred ? hidden - hidden.mean([-1], keepdim: true) : hidden;
        Tensor normed = RootMeanSquare(middle, Weight(Layer + "input_layernorm.weight"));
        Tensor[] parts = F.linear(normed, Weight(Layer + "self_attn.qkv_proj.weight")).chunk(3, -1);
        (Tensor queries, Tensor keys) = keysFirst ? (parts[1], parts[0]) : (parts[0], parts[1]);
        Tensor causal = ones(753, 753, dtype: ScalarType.Bool).tril();
        Tensor attended = Attention(Rotated(queries), Rotated(keys), parts[2], 4, causal);
        hidden = hidden + F.linear(attended, Weight(Layer + "self_attn.o_proj.weight"));
        Tensor inner = F.linear(
            RootMeanSquare(hidden, Weight(Layer + "post_attention_layernorm.weight")),
            Weight(Layer + "mlp.gate_up_proj.weight")
        );
        Tensor[] halves = inner.chunk(2, -1);
        (Tensor gate, Tensor up) = gateLast ? (halves[1], halves[0]) : (halves[0], halves[1]);
        return (hidden + F.linear(gate.silu() * up, Weight(Layer + "mlp.down_proj.weight")))[0];

        Tensor Rotated(Tensor projected)
        {
            Tensor heads = projected.view(1, 753, 4, 16);
            Tensor frequencies = full(8, 10000.0, dtype: ScalarType.Float32).pow(arange(0, 16, 2, dtype: ScalarType.Float32) / -16);
            Tensor angles = arange(firstPosition, firstPosition + 753, dtype: ScalarType.Float32).outer(frequencies).view(1, 753, 1, 8);
            (Tensor left, Tensor right) = adjacentPairs
                ? (heads[.., .., .., TensorIndex.Slice(0, null, 2)], heads[.., .., .., TensorIndex.Slice(1, null, 2)])
                : (heads[.., .., .., ..8], heads[.., .., .., 8..]);
            Tensor first = (left * angles.cos()) - (right * angles.sin());
            Tensor second = (right * angles.cos()) + (left * angles.sin());
            return (adjacentPairs ? stack([first, second], -1) : cat([first, second], -1)).reshape(1, 753, 64);
        }
    }

    /// <summary>The heads on the reference's final states of case a: <c>[753, 615]</c>.</summary>
    public Tensor Heads(bool bias = true, bool additional = true)
    {
        Tensor hidden = XGenMmCase.Golden.Expected("a.final_hidden");
        Tensor all = F.linear(hidden, Weight("lang_model.lm_head.weight"), bias ? Weight("lang_model.lm_head.bias") : null); // [753, 640]
        return additional ? cat([all[.., ..612], Linear(hidden, "lang_model.lm_head.additional_fc")], -1) : all[.., ..615];
    }

    public static Tensor RootMeanSquare(Tensor hidden, Tensor weight) =>
        hidden / (hidden.square().mean([-1], keepdim: true) + 1e-5).sqrt() * weight;

    private Tensor Norm(Tensor hidden, string name, double epsilon) =>
        F.layer_norm(hidden, [hidden.shape[^1]], Weight(name + ".weight"), Weight(name + ".bias"), epsilon);

    private Tensor Linear(Tensor hidden, string name) => F.linear(hidden, Weight(name + ".weight"), Weight(name + ".bias"));

    private static Tensor Attention(Tensor queries, Tensor keys, Tensor values, long heads, Tensor? seen = null, double? scale = null)
    {
        Tensor split = Split(queries);
        Tensor scores = split.matmul(Split(keys).transpose(-1, -2)) * (scale ?? (1 / Math.Sqrt(split.shape[^1])));
        scores = seen is null ? scores : scores.masked_fill(seen.logical_not(), double.NegativeInfinity);
        return scores.softmax(-1).matmul(Split(values)).transpose(1, 2).flatten(2);

        Tensor Split(Tensor joined) => joined.view(joined.shape[0], joined.shape[1], heads, -1).transpose(1, 2);
    }
}
