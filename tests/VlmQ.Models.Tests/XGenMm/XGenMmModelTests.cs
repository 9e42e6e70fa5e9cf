using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Randomness;
using VlmQ.Core.Tokens;
using VlmQ.Models.Families;
using VlmQ.Models.Generation;
using VlmQ.Models.Layers;
using VlmQ.Models.Lora;
using VlmQ.Models.XGenMm;
using static TorchSharp.torch;
using static VlmQ.Models.Tests.XGenMm.SmallXGenMm;

namespace VlmQ.Models.Tests.XGenMm;

public sealed class XGenMmModelTests
{
    [Fact]
    public void Every_tensor_of_a_checkpoint_has_its_place_but_for_the_pooling_head()
    {
        XGenMmDescription description = new(Small);
        using XGenMmModel model = New();
        Assert.Equal(
            description.Tensors.Where(tensor => tensor.Required).Select(tensor => (tensor.Name, string.Join(' ', tensor.Shape))).Order(),
            model
                .named_parameters()
                .Where(pair => pair.name.StartsWith("vlm.", StringComparison.Ordinal))
                .Select(pair => (pair.name, string.Join(' ', pair.parameter.shape)))
                .Order()
        );
        Assert.Equal(description.AdaptableLinears, model.AdaptableLinears.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(description.Vocabulary, model.Vocabulary);
        Assert.Equal(description.ImageToken, model.ImagePlaceholder);
        Assert.Equal(description.Family, model.Family);
        Assert.All(
            description.Tensors.Where(tensor => !tensor.Required),
            tensor => Assert.StartsWith("vlm.vision_encoder.head.", tensor.Name, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_row_gives_the_same_states_alone_and_beside_rows_of_other_lengths()
    {
        using XGenMmModel model = New();
        TurnBatch batch = Turns(([1, Image, 4, 5, 6], [7, 8, 9, 2]), ([4, 4, Image], [10, 2]), ([Image, 9], []), ([3], [5, 6]));
        using DisposeScope scope = NewDisposeScope();
        Tensor together = Hidden(model, batch, [0, 1, 2, 3]);
        Assert.Equal([4 + 2 + 1 + 2, 16], together.shape);
        Tensor apart = cat([.. Enumerable.Range(0, 4).Select(row => Hidden(model, batch, [row]))]);
        Assert.True(together.allclose(apart, 1e-4, 1e-5));
    }

    [Fact]
    public void A_batch_and_interleaved_turns_of_the_same_content_give_the_same_states()
    {
        using XGenMmModel model = New();
        TurnBatch batch = Turns(([1, Image, 4], [7, 8]), ([Image, 9, 9, 9], [5]));
        RgbImage[] pictures = [.. Enumerable.Range(0, 2).Select(row => new RgbImage(40, 30, [.. batch.Images.AsSpan(row * 3600, 3600)]))];
        using DisposeScope scope = NewDisposeScope();
        using TurnInput input = model.Prepare(
            new InterleavedTurn([pictures[0]], [1, Image, 4], [7, 8]),
            new InterleavedTurn([pictures[1]], [Image, 9, 9, 9], [5])
        );
        Assert.True(Hidden(model, batch, [0, 1]).allclose(model.Hidden(input), 1e-6, 1e-7));
    }

    [Fact]
    public void The_picture_its_place_and_every_part_of_it_count()
    {
        using XGenMmModel model = New();
        using DisposeScope scope = NewDisposeScope();
        TurnBatch batch = Turns(([1, Image, 4], [7]));
        Tensor before = Hidden(model, batch, [0]);
        Assert.False(before.allclose(Hidden(model, Turns(([1, 4, Image], [7])), [0]), 1e-3, 1e-3));
        batch.Images[^1] ^= 255;
        batch.Images[^4] ^= 255;
        Assert.False(before.allclose(Hidden(model, batch, [0]), 1e-6, 1e-6));
    }

    [Fact]
    public void The_cache_gives_what_reading_everything_anew_gives_and_the_window_slides()
    {
        using XGenMmModel model = New();
        int[][] prompts =
        [
            [1, Image, 4, 5],
            [6],
            [Image, 9, 9, 9, 9, 9, 9],
        ];
        GenerationOptions options = new(new Decoding.Greedy(), 8, endToken: 19);
        TurnBatch batch = Turns([.. prompts.Select(prompt => (prompt, Array.Empty<int>()))]);
        GeneratedReply[] replies = ReplyGenerator.Generate(model, PromptBatch.Of(batch, [0, 1, 2]), options, []);
        TurnBatch answered = Turns([.. prompts.Zip(replies, (prompt, reply) => (prompt, reply.TokenIds.ToArray()))]);
        using DisposeScope scope = NewDisposeScope();
        for (int row = 0; row < prompts.Length; row++)
        {
            Tensor logits = model.Logits(Hidden(model, answered, [row]));
            Assert.Equal(replies[row].TokenIds.Select(id => (long)id), logits.argmax(-1).data<long>().ToArray());
        }
    }

    [Fact]
    public void Layers_computed_again_on_the_way_back_give_the_same_gradients()
    {
        Dictionary<string, Tensor> plain = Gradients(new XGenMmOptions());
        Dictionary<string, Tensor> again = Gradients(new XGenMmOptions { Recomputes = true });
        Assert.Equal(plain.Keys.Order(), again.Keys.Order());
        Assert.Contains("vlm.vision_tokenizer.latents", plain.Keys);
        Assert.DoesNotContain(plain.Keys, name => name.StartsWith("vlm.vision_encoder.", StringComparison.Ordinal));
        Assert.All(plain, pair => Assert.True(pair.Value.allclose(again[pair.Key], 1e-4, 1e-6), pair.Key));
    }

    [Fact]
    public void The_tower_trains_when_asked_to()
    {
        Dictionary<string, Tensor> gradients = Gradients(new XGenMmOptions { TrainsVision = true });
        Assert.Contains("vlm.vision_encoder.embeddings.patch_embedding.weight", gradients.Keys);
        Assert.All(gradients, pair => Assert.True(pair.Value.abs().max().ToDouble() > 0, pair.Key));
    }

    [Fact]
    public void Every_named_linear_layer_takes_an_adapter_and_what_is_merged_gives_the_same()
    {
        using XGenMmModel model = New();
        model.Attach(new LoraAdapters(new LoraOptions(2, 4, ["all-linear"]), model.AdaptableLinears, new RandomKey(3)));
        Assert.Equal(model.AdaptableLinears.Count, model.Adapters[AdapterSet.DefaultName].All.Count());
        TurnBatch batch = Turns(([1, Image, 4], [7, 8]));
        using DisposeScope scope = NewDisposeScope();
        Tensor plain = model.Logits(Hidden(model, batch, [0]));
        using (no_grad())
        {
            foreach (LoraAdapter adapter in model.Adapters[AdapterSet.DefaultName].All)
            {
                Initializer.Normal(adapter.B, 0.2, new RandomKey(5).Split(adapter.Module));
            }
        }
        Tensor adapted = model.Logits(Hidden(model, batch, [0]));
        Assert.False(adapted.allclose(plain, 1e-2, 1e-2));
        model.MergeAdapters();
        Assert.True(adapted.allclose(model.Logits(Hidden(model, batch, [0])), 1e-4, 1e-5));
        Assert.DoesNotContain(model.TrainableParameters(), pair => pair.Name.StartsWith("vlm.vision_encoder.", StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_of_sixteen_bits_give_nearly_the_same()
    {
        using XGenMmModel full = New();
        using XGenMmModel half = New(type: ScalarType.BFloat16);
        using IDisposable noGradient = no_grad();
        foreach (((_, Parameter to), (_, Parameter from)) in half.named_parameters().Zip(full.named_parameters()))
        {
            to.copy_(from);
        }
        using DisposeScope scope = NewDisposeScope();
        TurnBatch batch = Turns(([1, Image, 4], [7, 8]));
        Tensor expected = full.Logits(Hidden(full, batch, [0]));
        Tensor actual = half.Logits(Hidden(half, batch, [0]));
        Assert.Equal(ScalarType.Float32, actual.dtype);
        Assert.True((actual - expected).abs().max().ToDouble() < 0.1 * expected.abs().max().ToDouble());
    }

    [Fact]
    public void A_prompt_longer_than_the_context_is_a_fault_of_the_data()
    {
        using XGenMmModel model = New();
        int[] fits = [Image, .. Enumerable.Repeat(1, 40 - (Small.Latents * 5) - 1)];
        Hidden(model, Turns((fits, [2, 3])), [0]).Dispose();
        Assert.Contains(
            "take 41 elements, but the model's context holds 40",
            Assert.Throws<FaultException>(() => Hidden(model, Turns((fits, [2, 3, 4])), [0])).Message,
            StringComparison.Ordinal
        );
        PromptBatch prompts = PromptBatch.Of(Turns((fits, [])), [0]);
        model.StartDecoding(prompts, 2).Dispose();
        Assert.Throws<FaultException>(() => model.StartDecoding(prompts, 3));
    }

    private static Dictionary<string, Tensor> Gradients(XGenMmOptions options)
    {
        using XGenMmModel model = New(options);
        using TurnInput input = model.Prepare(Turns(([1, Image, 21, 4], [7, 8, 2]), ([Image, 9], [2])), [0, 1]);
        using (NewDisposeScope())
        {
            using HiddenPass pass = model.HiddenForTraining(input);
            model.Logits(pass.Hidden).square().mean().backward();
            pass.Backward();
        }
        return model
            .named_parameters()
            .Where(pair => pair.parameter.grad is not null)
            .ToDictionary(pair => pair.name, pair => pair.parameter.grad!.clone());
    }
}
