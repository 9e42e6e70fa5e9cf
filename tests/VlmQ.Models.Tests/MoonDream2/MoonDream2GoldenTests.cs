using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Models.Generation;
using VlmQ.Models.Layers;
using VlmQ.Models.Lora;
using VlmQ.Models.MoonDream2;
using VlmQ.Models.Sequences;
using VlmQ.Models.Vision;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.MoonDream2;

/// <summary>Both revisions against every tensor that the reference puts out.</summary>
[Trait("Category", "Golden")]
public sealed class MoonDream2GoldenTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public void August_2024_equals_the_reference(string letter)
    {
        using MoonDream2August2024 model = MoonDreamCase.AugustModel();
        Holds(MoonDreamCase.August, model, letter, whole: letter == "a");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void June_2025_equals_the_reference(string letter)
    {
        using MoonDream2June2025 model = MoonDreamCase.JuneModel();
        Holds(MoonDreamCase.June, model, letter, whole: letter == "a");
    }

    [Fact]
    public void June_2025_reads_text_alone_causally()
    {
        using DisposeScope scope = NewDisposeScope();
        using MoonDream2June2025 model = MoonDreamCase.JuneModel();
        int[] ids = GoldenModel.Ids(MoonDreamCase.June.Inputs().GetProperty("text_only").GetProperty("ids"));
        MoonDreamCase text = MoonDreamCase.Of(MoonDreamCase.June, model, "a") with { Prompt = ids, Answer = [] };
        using MoonDream2Input input = Assert.IsType<MoonDream2Input>(model.Prepare(text.Turns(), [0]));

        using TransformerPass pass = model.NewPass(input.Layout);
        Tensor last = model.Run(model.Embed(input), pass);

        Assert.Empty(input.Pictures);
        MoonDreamCase.June.Equal("text.last_layer", last[0]);
        MoonDreamCase.June.Within("text.logits", model.Finish(last)[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_equal_the_reference(bool august)
    {
        using MoonDream2Model model = august ? MoonDreamCase.AugustModel() : MoonDreamCase.JuneModel();
        GradientsHold(august ? MoonDreamCase.August : MoonDreamCase.June, model);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_through_layers_that_are_computed_again_equal_the_reference(bool august)
    {
        MoonDream2Options options = MoonDreamCase.Options with { Recomputes = true };
        using MoonDream2Model model = august ? MoonDreamCase.AugustModel(options) : MoonDreamCase.JuneModel(options);
        GradientsHold(august ? MoonDreamCase.August : MoonDreamCase.June, model);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_adapter_in_PEFTs_layout_gives_the_references_logits_and_gradients(bool august)
    {
        using DisposeScope scope = NewDisposeScope();
        GoldenModel golden = august ? MoonDreamCase.August : MoonDreamCase.June;
        using MoonDream2Model model = august ? MoonDreamCase.AugustModel() : MoonDreamCase.JuneModel();
        LoraAdapters adapters = LoraAdapters.Load(golden.PathOf("adapter"), model.AdaptableLinears).OrThrow();
        model.Attach(adapters);
        MoonDreamCase turn = MoonDreamCase.Of(golden, model, "a");

        Tensor logits = turn.AnswerLogits(model);
        Tensor loss = turn.Loss(logits);
        loss.backward();

        // The expected rows end with the one behind the answer, from which nothing is predicted.
        Tensor expected = golden.Expected("a.lora.logits_tail").narrow(0, 0, turn.Answer.Length);
        Assert.True((logits.detach() - expected).abs().max().ToDouble() <= GoldenModel.Logits);
        golden.Within("a.lora.loss", loss, GoldenModel.Loss);
        LoraAdapter adapter = Assert.Single(adapters.All);
        golden.Equal("a.lora.grad.lora_A", adapter.A.grad!, GoldenModel.Gradient);
        golden.Equal("a.lora.grad.lora_B", adapter.B.grad!, GoldenModel.Gradient);
        Assert.All(model.named_parameters(), pair => Assert.True(pair.parameter.grad is null));
    }

    [Theory]
    [InlineData(true, "a")]
    [InlineData(true, "b")]
    [InlineData(true, "c")]
    [InlineData(false, "a")]
    [InlineData(false, "b")]
    public void Sixteen_greedy_steps_choose_the_references_ids(bool august, string letter)
    {
        GoldenModel golden = august ? MoonDreamCase.August : MoonDreamCase.June;
        using MoonDream2Model model = august ? MoonDreamCase.AugustModel() : MoonDreamCase.JuneModel();
        using DisposeScope scope = NewDisposeScope();
        MoonDreamCase turn = MoonDreamCase.Of(golden, model, letter);
        long[] expected = golden.Expected($"{letter}.greedy.ids").data<long>().ToArray();

        using Decoder decoder = model.StartDecoding(turn.Prompts(), expected.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Tensor row = decoder.Logits[0];
            Tensor wanted = golden.Expected($"{letter}.greedy.logits")[i];
            // A forbidden id is −∞ here and 0 there.
            Tensor finite = where(row.isinf(), zeros_like(row), row);
            Assert.True((finite - wanted).abs().max().ToDouble() <= GoldenModel.Logits, $"step {i}");
            long chosen = row.argmax().item<long>();
            Assert.Equal(expected[i], chosen);
            if (i + 1 < expected.Length)
            {
                decoder.Append([(int)chosen]);
            }
        }
    }

    [Fact]
    public void Rotary_tables_equal_the_references()
    {
        using DisposeScope scope = NewDisposeScope();
        using MoonDream2August2024 model = MoonDreamCase.AugustModel();
        Tensor rows = arange(0, 1024, 16);

        MoonDreamCase.August.Within("rope.cos", model.Rotary.Cosines.index_select(0, rows), 1e-6);
        MoonDreamCase.August.Within("rope.sin", model.Rotary.Sines.index_select(0, rows), 1e-6);
    }

    private static void Holds(GoldenModel golden, MoonDream2Model model, string letter, bool whole)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        MoonDreamCase turn = MoonDreamCase.Of(golden, model, letter);
        PreparedPicture.Views views = model.ViewsOf(turn.Picture);
        Tensor global = views.Values.narrow(0, 0, 1);
        golden.Equal($"{letter}.pixel_values_s3", global.slice(2, 0, global.shape[2], 3).slice(3, 0, global.shape[3], 3), 1e-6);
        Tensor features = model.Parts.Encode(views.Values);
        Tensor compared = model is MoonDream2June2025 && letter == "b" ? stack([features[0], features[1], features[-1]]) : features;
        golden.Equal($"{letter}.vision_features", compared);
        if (model is MoonDream2June2025 june)
        {
            golden.Equal($"{letter}.pooled_local", june.Pool(features, views.Rows, views.Columns));
        }
        golden.Equal($"{letter}.image_embeds", model.Parts.Projection.call(model.Combine(features, views.Rows, views.Columns)));
        TextHolds(golden, model, turn, letter, whole);
        golden.Within($"{letter}.loss", turn.Loss(turn.AnswerLogits(model)), GoldenModel.Loss);
    }

    private static void TextHolds(GoldenModel golden, MoonDream2Model model, MoonDreamCase turn, string letter, bool whole)
    {
        using MoonDream2Input input = Assert.IsType<MoonDream2Input>(model.Prepare((turn with { Answer = [] }).Turns(), [0]));
        using TransformerPass pass = model.NewPass(input.Layout);
        Tensor hidden = model.Embed(input);
        if (!whole)
        {
            Tensor last = model.Run(hidden, pass);
            golden.Equal($"{letter}.last_layer", last[0]);
            golden.Within($"{letter}.logits_tail", model.Finish(last[0].narrow(0, last.shape[1] - 8, 8)));
            return;
        }
        golden.Equal("a.inputs_embeds", hidden[0]);
        for (int i = 0; i < model.Parts.TextBlocks.Count; i++)
        {
            hidden = model.Parts.TextBlocks[i].Forward(hidden, i, pass, null);
            golden.Equal($"a.layer.{i}", hidden[0]);
        }
        golden.Equal("a.final_hidden", model.Parts.FinalNorm.call(hidden)[0]);
        golden.Within("a.logits", model.Finish(hidden)[0]);
    }

    private static void GradientsHold(GoldenModel golden, MoonDream2Model model)
    {
        using DisposeScope scope = NewDisposeScope();
        MoonDreamCase turn = MoonDreamCase.Of(golden, model, "a");
        using TurnInput input = model.Prepare(turn.Turns(), [0]);
        using HiddenPass pass = model.HiddenForTraining(input);
        Tensor loss = turn.Loss(model.Logits(pass.Hidden));
        loss.backward();
        pass.Backward();
        Dictionary<string, Parameter> parameters = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        foreach (string name in golden.Inputs().GetProperty("grad_weights").EnumerateArray().Select(name => name.GetString()!))
        {
            golden.Equal($"a.grad.{name}", parameters[name].grad!, GoldenModel.Gradient);
        }
    }
}
