using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Models.Generation;
using VlmQ.Models.Layers;
using VlmQ.Models.Lora;
using VlmQ.Models.XGenMm;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.XGenMm;

/// <summary>Every tensor of the reference, in float32, within the limits that its description states.</summary>
[Trait("Category", "Golden")]
public sealed class XGenMmGoldenTests
{
    [Fact]
    public void Every_stage_from_the_views_to_the_logits_gives_the_references_numbers()
    {
        using XGenMmModel model = XGenMmCase.Model();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using XGenMmInput input = XGenMmCase.Input(model, XGenMmCase.Prompt('a'));
        XGenMmCase.Golden.Equal("a0.vision_features", input.Pictures[0].Values);
        XGenMmCase.Golden.Equal("a0.vision_tokens", model.ImageEmbeddings(input));
        XGenMmCase.Golden.Equal("a.inputs_embeds", model.Embeddings(input)[0]);
        using TransformerPass pass = model.NewPass(input.Sequence);
        Tensor hidden = model.Embeddings(input);
        for (int i = 0; i < 3; i++)
        {
            hidden = model.Layer(i, hidden, pass, input.Sequence.Width);
            XGenMmCase.Golden.Equal($"a.layer.{i}", hidden[0]);
        }
        Tensor final = model.Normed(hidden);
        XGenMmCase.Golden.Equal("a.final_hidden", final[0]);
        XGenMmCase.Golden.Within("a.logits", model.Logits(final)[0]);
    }

    [Fact]
    public void Two_pictures_of_different_grids_in_one_prompt_give_the_references_numbers()
    {
        using XGenMmModel model = XGenMmCase.Model();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using XGenMmInput input = XGenMmCase.Input(model, XGenMmCase.Prompt('b'));
        Tensor[] tokens = model.ImageEmbeddings(input).split([3, 4]);
        XGenMmCase.Golden.Equal("b0.vision_tokens", tokens[0]);
        XGenMmCase.Golden.Equal("b1.vision_tokens", tokens[1]);
        using TransformerPass pass = model.NewPass(input.Sequence);
        Tensor last = model.Run(model.Embeddings(input), pass);
        XGenMmCase.Golden.Equal("b.last_layer", last[0]);
        XGenMmCase.Golden.Within("b.logits_tail", model.Logits(model.Normed(last))[0][^8..]);
    }

    [Fact]
    public void A_prompt_without_pictures_gives_the_references_numbers()
    {
        using XGenMmModel model = XGenMmCase.Model();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using XGenMmInput input = XGenMmCase.Input(model, XGenMmCase.TextOnly());
        using TransformerPass pass = model.NewPass(input.Sequence);
        Tensor last = model.Run(model.Embeddings(input), pass);
        XGenMmCase.Golden.Equal("text.last_layer", last[0]);
        XGenMmCase.Golden.Within("text.logits", model.Logits(model.Normed(last))[0]);
    }

    [Fact]
    public void Rotary_tables_are_those_of_the_reference()
    {
        using RotaryEmbedding rotary = new(16, 4096);
        using Tensor every = arange(0, 2048, 32, dtype: ScalarType.Int64);
        using Tensor cosines = rotary.Cosines.index_select(0, every);
        using Tensor sines = rotary.Sines.index_select(0, every);
        XGenMmCase.Golden.Equal("rope.cos", cosines, 1e-6);
        XGenMmCase.Golden.Equal("rope.sin", sines, 1e-6);
    }

    [Theory]
    [InlineData('a')]
    [InlineData('b')]
    public void The_loss_of_an_answer_is_the_references(char letter)
    {
        using XGenMmModel model = XGenMmCase.Model();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        XGenMmCase.Golden.Within(
            letter + ".loss",
            XGenMmCase.LossOf(XGenMmCase.LogitsOf(model, XGenMmCase.Turn(letter)), XGenMmCase.Turn(letter)),
            GoldenModel.Loss
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_of_the_loss_are_the_references_and_the_tower_has_none(bool recomputes)
    {
        using XGenMmModel model = XGenMmCase.Model(options: new XGenMmOptions { Recomputes = recomputes });
        using DisposeScope scope = NewDisposeScope();
        InterleavedTurn turn = XGenMmCase.Turn('a');
        using XGenMmInput input = XGenMmCase.Input(model, turn);
        using HiddenPass pass = model.HiddenForTraining(input);
        XGenMmCase.LossOf(model.Logits(pass.Hidden), turn).backward();
        pass.Backward();
        Dictionary<string, Parameter> byName = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        string[] weights = [.. XGenMmCase.Golden.Inputs().GetProperty("grad_weights").EnumerateArray().Select(name => name.GetString()!)];
        Assert.Equal(5, weights.Length);
        foreach (string weight in weights)
        {
            XGenMmCase.Golden.Equal("a.grad." + weight, byName[weight].grad!, GoldenModel.Gradient);
        }
        Assert.All(
            byName.Where(pair => pair.Key.StartsWith("vlm.vision_encoder.", StringComparison.Ordinal)),
            pair => Assert.Null(pair.Value.grad)
        );
    }

    [Fact]
    public void Adapters_in_PEFTs_layout_give_the_references_logits_loss_and_gradients()
    {
        using XGenMmModel model = XGenMmCase.Model();
        LoraAdapters adapters = LoraAdapters.Load(XGenMmCase.Golden.PathOf("adapter"), model.AdaptableLinears).OrThrow();
        LoraAdapter adapter = Assert.Single(adapters.All);
        model.Attach(adapters);
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = XGenMmCase.LogitsOf(model, XGenMmCase.Turn('a'));
        Tensor loss = XGenMmCase.LossOf(logits, XGenMmCase.Turn('a'));
        // The reference's tail has one position more, behind the last token, which nothing is predicted from.
        using Tensor tail = XGenMmCase.Golden.Expected("a.lora.logits_tail");
        Assert.True((logits - tail[..^1]).abs().max().ToDouble() <= GoldenModel.Logits);
        XGenMmCase.Golden.Within("a.lora.loss", loss, GoldenModel.Loss);
        loss.backward();
        XGenMmCase.Golden.Equal("a.lora.grad.lora_A", adapter.A.grad!, GoldenModel.Gradient);
        XGenMmCase.Golden.Equal("a.lora.grad.lora_B", adapter.B.grad!, GoldenModel.Gradient);
        Assert.DoesNotContain(
            model.named_parameters(),
            pair => pair.name.StartsWith("vlm.", StringComparison.Ordinal) && pair.parameter.grad is not null
        );
    }

    [Theory]
    [InlineData('a')]
    [InlineData('b')]
    public void Sixteen_greedy_tokens_are_the_references_and_so_is_every_row_of_logits(char letter)
    {
        using XGenMmModel model = XGenMmCase.Model();
        using Decoder decoder = model.StartDecoding([XGenMmCase.Prompt(letter)], 16);
        (long[] ids, Tensor logits) = Greedy(decoder, 16);
        using (logits)
        {
            Assert.Equal(XGenMmCase.Golden.Expected(letter + ".greedy.ids").data<long>().ToArray(), ids);
            XGenMmCase.Golden.Within(letter + ".greedy.logits", logits);
        }
    }

    [Fact]
    public void Prompts_of_different_lengths_and_pictures_give_together_what_they_give_alone()
    {
        using XGenMmModel model = XGenMmCase.Model();
        InterleavedTurn[] prompts = [XGenMmCase.Prompt('a'), XGenMmCase.TextOnly(), XGenMmCase.Prompt('b')];
        using DisposeScope scope = NewDisposeScope();
        using Decoder together = model.StartDecoding(prompts, 4);
        using Decoder text = model.StartDecoding([prompts[1]], 4);
        for (int step = 0; step < 4; step++)
        {
            Tensor all = together.Logits;
            Assert.True((all[0] - XGenMmCase.Golden.Expected("a.greedy.logits")[step]).abs().max().ToDouble() <= GoldenModel.Logits);
            Assert.True((all[1] - text.Logits[0]).abs().max().ToDouble() <= GoldenModel.Logits);
            Assert.True((all[2] - XGenMmCase.Golden.Expected("b.greedy.logits")[step]).abs().max().ToDouble() <= GoldenModel.Logits);
            if (step < 3)
            {
                int[] next = [.. all.argmax(-1).data<long>().Select(id => (int)id)];
                together.Append(next);
                text.Append([next[1]]);
            }
        }
    }

    private static (long[] Ids, Tensor Logits) Greedy(Decoder decoder, int tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> rows = [];
        long[] ids = new long[tokens];
        for (int i = 0; i < tokens; i++)
        {
            rows.Add(decoder.Logits[0].clone());
            ids[i] = rows[^1].argmax().ToInt64();
            if (i < tokens - 1)
            {
                decoder.Append([(int)ids[i]]);
            }
        }
        return (ids, stack(rows).MoveToOuterDisposeScope());
    }
}
