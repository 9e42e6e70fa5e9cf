using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Imaging;
using VlmQ.Models.Families;
using VlmQ.Models.Layers;
using VlmQ.Models.XGenMm;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.XGenMm;

/// <summary>
/// What is easy to get wrong in this model, one by one. The golden tests hold the model to the reference's numbers; here each mistake is
/// shown to miss them, so that none could pass those tests.
/// </summary>
[Trait("Category", "Golden")]
public sealed class XGenMmMistakeTests : IDisposable
{
    private readonly XGenMmReference _reference = new();

    public void Dispose() => _reference.Dispose();

    [Fact]
    public void The_towers_GELU_is_the_tanh_form() => Towers(() => _reference.Tower(exactGelu: true));

    [Fact]
    public void The_towers_norms_have_an_epsilon_of_a_millionth() => Towers(() => _reference.Tower(epsilon: 1e-5));

    [Fact]
    public void The_tower_ends_with_a_norm() => Towers(() => _reference.Tower(lastNorm: false));

    [Fact]
    public void A_patch_is_ordered_by_channel_first() => Towers(() => _reference.Tower(pixelsFirst: true));

    [Fact]
    public void A_set_of_the_resampler_is_rows_of_the_whole_map_and_not_a_view() =>
        Resamplers(() => _reference.Resampler(viewsAsSets: true));

    [Fact]
    public void The_resampler_does_not_see_padding() => Resamplers(() => _reference.Resampler(noMask: true));

    [Fact]
    public void The_latents_see_each_other_whatever_is_padding() => Resamplers(() => _reference.Resampler(masksLatents: true));

    [Fact]
    public void Features_come_before_latents_in_the_order_of_the_mask() => Resamplers(() => _reference.Resampler(latentsFirst: true));

    [Fact]
    public void The_resamplers_GELU_is_the_exact_one() => Resamplers(() => _reference.Resampler(tanhGelu: true));

    [Fact]
    public void The_resampler_scales_queries_by_the_width_of_its_own_heads() =>
        Resamplers(() => _reference.Resampler(scale: 1 / Math.Sqrt(8)));

    [Fact]
    public void Every_layer_of_the_resampler_norms_the_towers_features_anew() =>
        Resamplers(() => _reference.Resampler(normsFeaturesOnce: true));

    [Fact]
    public void Norms_of_the_language_model_do_not_take_the_mean_away() => Layers(() => _reference.FirstLayer(centred: true));

    [Fact]
    public void The_gate_comes_before_the_values_that_it_opens() => Layers(() => _reference.FirstLayer(gateLast: true));

    [Fact]
    public void Queries_come_before_keys() => Layers(() => _reference.FirstLayer(keysFirst: true));

    [Fact]
    public void Rotary_pairs_are_half_a_head_apart() => Layers(() => _reference.FirstLayer(adjacentPairs: true));

    [Fact]
    public void Only_distances_between_positions_count()
    {
        using DisposeScope scope = NewDisposeScope();
        XGenMmCase.Golden.Equal("a.layer.0", _reference.FirstLayer(firstPosition: 50));
    }

    [Fact]
    public void The_language_head_has_a_bias() => Logits(() => _reference.Heads(bias: false));

    [Fact]
    public void Additional_ids_have_a_head_of_their_own() => Logits(() => _reference.Heads(additional: false));

    [Fact]
    public void Ids_behind_the_first_ones_have_an_embedding_table_of_their_own()
    {
        using DisposeScope scope = NewDisposeScope();
        using XGenMmModel model = XGenMmCase.Model();
        Tensor ids = XGenMmCase.Golden.Expected("special_embeds.ids");
        Assert.Contains(ids.data<long>().ToArray(), id => id >= 612);
        Assert.Contains(ids.data<long>().ToArray(), id => id < 612);
        XGenMmCase.Golden.Equal("special_embeds", model.EmbedText(ids), 0);
        Tensor fromOneTable = _reference.Weight("lang_model.model.embed_tokens.weight").index_select(0, ids);
        Misses("special_embeds", fromOneTable, GoldenModel.Hidden);
    }

    [Fact]
    public void Rows_behind_the_first_ids_are_in_checkpoints_and_never_read()
    {
        using DisposeScope scope = NewDisposeScope();
        using XGenMmModel model = XGenMmCase.Model();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Parameter> byName = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        byName["vlm.lang_model.model.embed_tokens.weight"].narrow(0, 612, 28).fill_(float.NaN);
        byName["vlm.lang_model.lm_head.weight"].narrow(0, 612, 28).fill_(float.NaN);
        using XGenMmInput input = XGenMmCase.Input(model, XGenMmCase.TextOnly());
        using TransformerPass pass = model.NewPass(input.Sequence);
        XGenMmCase.Golden.Within("text.logits", model.Finish(model.Run(model.Embeddings(input), pass))[0]);
    }

    [Theory]
    [InlineData(true, "le", "lt")]
    [InlineData(false, "lt", "le")]
    public void The_sliding_window_follows_either_convention(bool inclusive, string own, string other)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        XGenMmSizes sizes = XGenMmCase.Sizes with { SlidingWindow = 100, WindowIsInclusive = inclusive };
        using XGenMmModel model = XGenMmCase.Model(sizes);
        using XGenMmInput input = XGenMmCase.Input(model, XGenMmCase.Prompt('a'));
        using TransformerPass pass = model.NewPass(input.Sequence);
        Tensor tail = model.Finish(model.Run(model.Embeddings(input), pass, tail: 8))[0];
        XGenMmCase.Golden.Within($"a.window100_{own}.logits_tail", tail);
        Misses($"a.window100_{other}.logits_tail", tail, GoldenModel.Logits, absolute: true);
    }

    [Fact]
    public void The_window_of_the_published_models_is_the_inclusive_one() => Assert.Equal(2047, new XGenMmSizes().WindowDistance);

    [Fact]
    public void The_mask_of_padding_is_the_references()
    {
        using DisposeScope scope = NewDisposeScope();
        float[] mask = [.. _reference.Layout.SetMask(27).Select(seen => seen ? 1f : 0f)];
        XGenMmCase.Golden.Equal("a0.resampler_mask", tensor(mask).view(5, 729), 0);
    }

    [Fact]
    public void Padding_follows_from_the_aspect_ratio_and_not_from_where_the_picture_was_pasted()
    {
        // 640×480 in 768×768: 54·480/640 = 40 rows of patches show the picture, 7 above them are masked; pasted it is at row 96 of 768, in
        // the patches' row 6. The reference leaves 351 patches of the first set, which is 13½ rows of 54.
        ViewLayout layout = ViewLayout.For(640, 480, XGenMmCase.Sizes.Grids, 384).OrThrow();
        Assert.Equal(6, 54 * layout.PasteY / 768);
        Assert.Equal(7 * 54, layout.SetMask(27).AsSpan(729).IndexOf(true));
        Assert.Equal((27 * 27) - (7 * 54), layout.SetMask(27).AsSpan(729, 729).Count(true));
    }

    [Fact]
    public void The_squashed_view_is_of_the_whole_picture_and_not_of_what_was_pasted()
    {
        RgbImage views = XGenMmCase.Golden.Picture("a0.crops.png");
        RgbImage picture = XGenMmCase.Golden.Picture("a0.png");
        ReadOnlySpan<byte> squashed = views.Pixels[..(384 * 384 * 3)];
        Assert.True(PillowResampler.Bicubic(picture, 384, 384).Pixels.SequenceEqual(squashed));
        byte[] grid = new byte[768 * 768 * 3];
        RgbImage resized = PillowResampler.Bicubic(picture, _reference.Layout.ResizedWidth, _reference.Layout.ResizedHeight);
        resized.Pixels.CopyTo(grid.AsSpan(_reference.Layout.PasteY * 768 * 3));
        Assert.False(PillowResampler.Bicubic(new RgbImage(768, 768, [.. grid]), 384, 384).Pixels.SequenceEqual(squashed));
    }

    private void Towers(Func<Tensor> mistake)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor expected = XGenMmCase.Golden.Expected("a0.vision_features")[..1];
        Assert.True(Share(_reference.Tower(), expected) <= GoldenModel.Hidden);
        double share = Share(mistake(), expected);
        Assert.True(share > GoldenModel.Hidden, $"the mistake deviates by a share of {share:e2} alone");

        static double Share(Tensor actual, Tensor expected) => (actual - expected).abs().max().ToDouble() / expected.abs().max().ToDouble();
    }

    private void Resamplers(Func<Tensor> mistake) => Told("a0.vision_tokens", () => _reference.Resampler(), mistake);

    private void Layers(Func<Tensor> mistake) => Told("a.layer.0", () => _reference.FirstLayer(), mistake);

    private void Logits(Func<Tensor> mistake)
    {
        using DisposeScope scope = NewDisposeScope();
        XGenMmCase.Golden.Within("a.logits", _reference.Heads());
        Misses("a.logits", mistake(), GoldenModel.Logits, absolute: true);
    }

    private static void Told(string name, Func<Tensor> right, Func<Tensor> mistake)
    {
        using DisposeScope scope = NewDisposeScope();
        XGenMmCase.Golden.Equal(name, right());
        Misses(name, mistake(), GoldenModel.Hidden);
    }

    private static void Misses(string name, Tensor actual, double limit, bool absolute = false)
    {
        double deviation = XGenMmCase.Golden.Deviation(name, actual, out double largest);
        double allowed = absolute ? limit : limit * largest;
        Assert.True(deviation > allowed, $"{name}: the mistake deviates by {deviation:e2} alone, where {allowed:e2} is allowed");
    }
}
