using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Imaging;
using VlmQ.Models.Generation;
using VlmQ.Models.Layers;
using VlmQ.Models.MoonDream2;
using VlmQ.Models.Vision;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VlmQ.Models.Tests.MoonDream2;

/// <summary>Places where a plausible re-implementation differs: the wrong variant must be seen by the fixtures, the right one is used.</summary>
[Trait("Category", "Golden")]
public sealed class EasyToGetWrongTests
{
    [Fact]
    public void The_prefix_of_June_2025_is_not_causal()
    {
        using MoonDream2June2025 model = MoonDreamCase.JuneModel(change: description => description with { PrefixLength = 0 });

        Assert.True(LossDeviation(MoonDreamCase.June, model) > GoldenModel.Loss);
    }

    [Fact]
    public void August_2024_is_causal_even_among_image_embeddings()
    {
        Assert.True(LogitsDeviation(model => model.Rotary, prefix: 0) <= GoldenModel.Logits);
        Assert.True(LogitsDeviation(model => model.Rotary, prefix: 730) > 10 * GoldenModel.Logits);
    }

    [Fact]
    public void The_suffix_of_June_2025s_questions_occurs_twice()
    {
        using MoonDream2June2025 model = MoonDreamCase.JuneModel();

        Assert.True(LossDeviation(MoonDreamCase.June, model, turn => turn with { Prompt = turn.Prompt[..^1] }) > GoldenModel.Loss);
    }

    [Fact]
    public void Half_of_a_head_is_rotated_and_not_all_of_it()
    {
        using RotaryEmbedding whole = new(16, 2048);

        Assert.True(LogitsDeviation(model => whole, prefix: 0) > 10 * GoldenModel.Logits);
    }

    [Fact]
    public void Rotated_pairs_are_half_split_and_not_neighbours()
    {
        using DisposeScope scope = NewDisposeScope();
        using RotaryEmbedding rotary = new(4, 8);
        Tensor heads = arange(1, 7, dtype: ScalarType.Float32).view(1, 1, 1, 6);
        (Tensor cosines, Tensor sines) = rotary.At(tensor(new long[] { 3 }, [1, 1]));

        Tensor rotated = rotary.Rotate(heads, (cosines, sines));

        float[] c = cosines.data<float>().ToArray();
        float[] s = sines.data<float>().ToArray();
        float[] halfSplit = [(1 * c[0]) - (3 * s[0]), (2 * c[1]) - (4 * s[1]), (3 * c[0]) + (1 * s[0]), (4 * c[1]) + (2 * s[1]), 5, 6];
        float[] neighbours = [(1 * c[0]) - (2 * s[0]), (2 * c[0]) + (1 * s[0])];
        Assert.Equal(halfSplit, rotated.data<float>().ToArray(), (a, b) => MathF.Abs(a - b) < 1e-5f);
        Assert.NotEqual(neighbours[0], halfSplit[0], 0.1f);
    }

    [Fact]
    public void Vision_norms_have_an_epsilon_of_1e_5_and_not_1e_6()
    {
        // Values as small as these tell the two apart.
        using DisposeScope scope = NewDisposeScope();
        Tensor small = randn([1, 32], generator: new Generator(1)) * 1e-3;
        ScaledLayerNorm norm = new(32, MoonDream2Model.NormEpsilon, MoonDreamCase.Layers);
        using IDisposable noGradient = no_grad();
        norm.weight.fill_(1);
        norm.bias.zero_();

        Tensor result = norm.call(small);

        Assert.True(result.allclose(F.layer_norm(small, [32], eps: 1e-5), 1e-4, 1e-6));
        Assert.False(result.allclose(F.layer_norm(small, [32], eps: 1e-6), 1e-2, 1e-6));
    }

    [Fact]
    public void The_perceptrons_gelu_is_the_tanh_form()
    {
        using DisposeScope scope = NewDisposeScope();
        Perceptron perceptron = new(1, 1, 1, MoonDreamCase.Layers);
        using IDisposable noGradient = no_grad();
        perceptron.fc1.weight.fill_(1);
        perceptron.fc2.weight.fill_(1);
        perceptron.fc1.bias!.zero_();
        perceptron.fc2.bias!.zero_();

        float result = perceptron.call(tensor(new[] { 2f }, [1, 1])).item<float>();

        // 2·Φ(2) = 1.9544997 in the erf form.
        Assert.Equal(1.9545977f, result, 1e-6f);
    }

    [Fact]
    public void Views_are_joined_whole_picture_first()
    {
        using DisposeScope scope = NewDisposeScope();
        using MoonDream2August2024 model = MoonDreamCase.AugustModel();
        using IDisposable noGradient = no_grad();
        PreparedPicture.Views views = model.ViewsOf(MoonDreamCase.August.Picture("b.png"));
        Tensor joined = model.Combine(model.Parts.Encode(views.Values), views.Rows, views.Columns);
        Tensor[] halves = joined.chunk(2, -1);

        MoonDreamCase.August.Equal("b.image_embeds", model.Parts.Projection.call(joined));
        Assert.True(
            MoonDreamCase.August.Deviation(
                "b.image_embeds",
                model.Parts.Projection.call(cat([halves[1], halves[0]], -1)),
                out double largest
            )
                > 0.01 * largest
        );
    }

    [Fact]
    public void Crops_are_stitched_without_the_margins_that_neighbours_share()
    {
        using DisposeScope scope = NewDisposeScope();
        using MoonDream2June2025 model = MoonDreamCase.JuneModel();
        using IDisposable noGradient = no_grad();
        PreparedPicture.Views views = model.ViewsOf(MoonDreamCase.June.Picture("b.png"));
        Tensor features = model.Parts.Encode(views.Values);
        Tensor whole = features
            .narrow(0, 1, views.Rows * views.Columns)
            .view([views.Rows, views.Columns, 27, 27, 32])
            .permute(4, 0, 2, 1, 3)
            .reshape(1, 32, 27 * views.Rows, 27 * views.Columns);
        Tensor wrong = F.adaptive_avg_pool2d(whole, 27).view(32, 729).t();

        MoonDreamCase.June.Equal("b.pooled_local", model.Pool(features, views.Rows, views.Columns));
        Assert.True(MoonDreamCase.June.Deviation("b.pooled_local", wrong, out double largest) > 0.01 * largest);
    }

    [Fact]
    public void The_sequence_begins_with_its_first_id_once()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using MoonDream2August2024 model = MoonDreamCase.AugustModel();
        MoonDreamCase turn = MoonDreamCase.Of(MoonDreamCase.August, model, "a");
        MoonDreamCase spelledOut = turn with { Prompt = [560, .. turn.Prompt] };

        Assert.True(turn.AnswerLogits(model).Equals(spelledOut.AnswerLogits(model)));
    }

    [Fact]
    public void A_reply_of_June_2025_never_goes_on_with_the_id_that_ends_a_question()
    {
        using MoonDream2June2025 model = MoonDreamCase.JuneModel();
        MoonDreamCase turn = MoonDreamCase.Of(MoonDreamCase.June, model, "a");

        using Decoder decoder = model.StartDecoding(turn.Prompts(), 2);
        Assert.True(float.IsFinite(decoder.Logits[0, 3].item<float>()));
        decoder.Append([104]);
        Assert.Equal(float.NegativeInfinity, decoder.Logits[0, 3].item<float>());
    }

    [Fact]
    public void Attention_and_perceptron_read_the_same_norm_side_by_side()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using MoonDream2August2024 model = MoonDreamCase.AugustModel();
        Dictionary<string, Parameter> weights = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        Tensor hidden = MoonDreamCase.August.Expected("a.inputs_embeds");
        // Without the perceptron's share, what is left is what attention has added.
        Tensor middle = MoonDreamCase.August.Expected("a.layer.0") - Perceptron(hidden);
        Tensor oneAfterTheOther = middle + Perceptron(middle);

        Assert.True(MoonDreamCase.August.Deviation("a.layer.0", oneAfterTheOther, out double largest) > 0.01 * largest);

        Tensor Perceptron(Tensor input)
        {
            Tensor normed = F.layer_norm(input, [64], Weight("ln.weight"), Weight("ln.bias"));
            Tensor inner = F.linear(normed, Weight("mlp.fc1.weight"), Weight("mlp.fc1.bias")).gelu(GELU.Approximate.tanh);
            return F.linear(inner, Weight("mlp.fc2.weight"), Weight("mlp.fc2.bias"));
        }

        Parameter Weight(string name) => weights["text_model.transformer.h.0." + name];
    }

    [Fact]
    public void Positions_count_every_image_embedding()
    {
        // As if the image had one place: 0, 1, …, 1, 2, 3, …
        Tensor OnePlace(Tensor positions) => positions.clamp(max: 1) + (positions - 729).clamp(min: 0);

        Assert.True(LogitsDeviation(model => model.Rotary, prefix: 0, OnePlace) > 10 * GoldenModel.Logits);
    }

    [Fact]
    public void The_whole_view_of_August_2024_is_shrunk_without_antialiasing()
    {
        using DisposeScope scope = NewDisposeScope();
        using MoonDream2August2024 model = MoonDreamCase.AugustModel();
        RgbImage picture = MoonDreamCase.August.Picture("c.png");
        Tensor larger = PixelValues.Of([ResizedViews.Resize(picture, 378)]);
        Tensor whole = model.ViewsOf(picture).Values.narrow(0, 0, 1);

        Assert.Equal([1L, 3, 756, 756], larger.shape);
        Assert.True(whole.allclose(F.avg_pool2d(larger, 2), 1e-5, 1e-6));
        Tensor antialiased = PixelValues.Of([PillowResampler.Bicubic(picture, 378, 378)]);
        Assert.False(whole.allclose(antialiased, 0, 0.02));
    }

    [Fact]
    public void A_picture_of_June_2025_with_one_tile_is_looked_at_twice()
    {
        using DisposeScope scope = NewDisposeScope();
        using MoonDream2June2025 model = MoonDreamCase.JuneModel();
        PreparedPicture.Views views = model.ViewsOf(MoonDreamCase.June.Picture("a.png"));

        Assert.Equal((1, 1), (views.Rows, views.Columns));
        Assert.Equal([2L, 3, 378, 378], views.Values.shape);
        Assert.True(views.Values[0].Equals(views.Values[1]));
    }

    [Fact]
    public void Pixels_are_normalised_in_float32_where_the_original_rounds_every_step_to_bfloat16()
    {
        using DisposeScope scope = NewDisposeScope();
        byte[] everyByte = [.. Enumerable.Range(0, 256).SelectMany(value => Enumerable.Repeat((byte)value, 3))];
        Tensor values = PixelValues.Of([new RgbImage(256, 1, [.. everyByte])])[0, 0, 0];
        Tensor rounded = MoonDreamCase.June.Expected("pixel_lut_bf16").to(ScalarType.Float32);
        Tensor steps = ((arange(256).to(ScalarType.BFloat16) / 255 - 0.5) / 0.5).to(ScalarType.Float32);

        Assert.True(rounded.Equals(steps));
        Assert.InRange((values - rounded).abs().max().ToDouble(), 1e-3, 1e-2);
    }

    [Fact]
    public void The_feature_grid_has_a_side_of_27_patches_whatever_the_number_of_layers()
    {
        using MoonDream2June2025 model = MoonDreamCase.JuneModel();

        Assert.Equal((2, 27, 729), (model.Sizes.Vision.Layers, model.Sizes.Grid, model.Sizes.Patches));
    }

    private static double LossDeviation(GoldenModel golden, MoonDream2Model model, Func<MoonDreamCase, MoonDreamCase>? change = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        MoonDreamCase turn = MoonDreamCase.Of(golden, model, "a");
        turn = change?.Invoke(turn) ?? turn;
        return golden.Deviation("a.loss", turn.Loss(turn.AnswerLogits(model)), out _);
    }

    private static double LogitsDeviation(Func<MoonDream2Model, RotaryEmbedding> rotary, int prefix, Func<Tensor, Tensor>? change = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using MoonDream2August2024 model = MoonDreamCase.AugustModel();
        MoonDreamCase turn = MoonDreamCase.Of(MoonDreamCase.August, model, "a") with { Answer = [] };
        using MoonDream2Input input = Assert.IsType<MoonDream2Input>(model.Prepare(turn.Turns(), [0]));
        Tensor positions = input.Layout.PositionIds(CPU);
        using TransformerPass wrong = new(
            rotary(model),
            change?.Invoke(positions) ?? positions,
            AttentionMask.Of(input.Layout.Starts, [prefix], 0, input.Layout.Width, null, CPU)
        );
        Tensor logits = model.Finish(model.Run(model.Embed(input), wrong))[0];
        return MoonDreamCase.August.Deviation("a.logits", logits, out _);
    }
}
