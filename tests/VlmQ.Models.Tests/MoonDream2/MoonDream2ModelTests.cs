using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Tokens;
using VlmQ.Models.Generation;
using VlmQ.Models.Layers;
using VlmQ.Models.MoonDream2;
using VlmQ.Models.Safetensors;
using VlmQ.Models.Vision;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.MoonDream2;

[Trait("Category", "Golden")]
public sealed class MoonDream2ModelTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Prompts_of_different_lengths_are_continued_as_each_alone(bool august)
    {
        using DisposeScope scope = NewDisposeScope();
        using MoonDream2Model model = august ? MoonDreamCase.AugustModel() : MoonDreamCase.JuneModel();
        MoonDreamCase longer = MoonDreamCase.Of(august ? MoonDreamCase.August : MoonDreamCase.June, model, "a");
        MoonDreamCase shorter = longer with { Prompt = longer.Prompt[..8] };
        MoonDreamCase wordsOnly = longer with { Prompt = longer.Prompt[1..6] };
        MoonDreamCase[] alone = [longer, shorter, wordsOnly];

        using Decoder together = model.StartDecoding(
            PromptBatch.Of([.. alone.Select(turn => (turn.Picture, (ReadOnlyMemory<int>)turn.Prompt))]),
            3
        );
        Decoder[] single = [.. alone.Select(turn => model.StartDecoding(turn.Prompts(), 3))];
        for (int step = 0; step < 3; step++)
        {
            for (int row = 0; row < single.Length; row++)
            {
                Assert.True(together.Logits[row].allclose(single[row].Logits[0], 1e-4, 1e-4), $"step {step}, row {row}");
            }
            if (step < 2)
            {
                together.Append([11, 12, 13]);
                for (int row = 0; row < single.Length; row++)
                {
                    single[row].Append([11 + row]);
                }
            }
        }
        Array.ForEach(single, decoder => decoder.Dispose());
    }

    [Fact]
    public void Rows_of_a_batch_are_trained_on_as_each_alone()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using MoonDream2June2025 model = MoonDreamCase.JuneModel();
        MoonDreamCase first = MoonDreamCase.Of(MoonDreamCase.June, model, "a");
        MoonDreamCase second = first with { Prompt = first.Prompt[1..7], Answer = [20, 21] };

        using TurnInput input = model.Prepare(Batch(first, second), [0, 1]);
        Tensor together = model.Hidden(input);

        Tensor[] alone = [.. new[] { first, second }.Select(turn => Hidden(model, turn))];
        Assert.Equal([7L, 64], together.shape);
        Assert.True(together.allclose(cat(alone), 1e-4, 1e-4));
    }

    [Fact]
    public void A_frozen_vision_encoder_looks_at_a_picture_once()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using MoonDream2August2024 model = MoonDreamCase.AugustModel();
        MoonDreamCase turn = MoonDreamCase.Of(MoonDreamCase.August, model, "a");
        Tensor before = Hidden(model, turn);

        // What is kept does not notice that the encoder has changed; a new picture does.
        model.named_parameters().First(pair => pair.name.EndsWith("visual.pos_embed", StringComparison.Ordinal)).parameter.zero_();
        Tensor kept = Hidden(model, turn);
        byte[] pixels = turn.Picture.Pixels.ToArray();
        pixels[0] ^= 255;
        Tensor another = Hidden(model, turn with { Picture = new RgbImage(turn.Picture.Width, turn.Picture.Height, [.. pixels]) });

        Assert.True(kept.Equals(before));
        Assert.False(another.allclose(before, 1e-3, 1e-3));
    }

    [Fact]
    public void A_folder_keeps_what_the_frozen_encoder_made_for_the_next_run_and_no_more_than_it_may()
    {
        string folder = Directory.CreateTempSubdirectory("vlmq-encoder-").FullName;
        // A picture's features take 729·64·4 bytes and a header.
        FeatureCacheOptions kept = new()
        {
            MemoryBytes = 0,
            Folder = folder,
            DiskBytes = 300_000,
        };
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor shown;
        MoonDreamCase turn;
        using (MoonDream2August2024 model = MoonDreamCase.AugustModel(MoonDreamCase.Options with { FeatureCache = kept }))
        {
            turn = MoonDreamCase.Of(MoonDreamCase.August, model, "a");
            byte[] pixels = turn.Picture.Pixels.ToArray();
            pixels[0] ^= 255;
            Hidden(model, turn with { Picture = new RgbImage(turn.Picture.Width, turn.Picture.Height, [.. pixels]) }).Dispose();
            shown = Hidden(model, turn);
        }
        FileInfo file = Assert.Single(new DirectoryInfo(folder).GetFiles());
        Assert.InRange(file.Length, 729 * 64 * 4, 300_000);

        using MoonDream2August2024 next = MoonDreamCase.AugustModel(MoonDreamCase.Options with { FeatureCache = kept });
        Assert.True(shown.Equals(Hidden(next, turn)));
        // Another run's file is read in place of looking at the picture again.
        SafetensorsWriter.Write(file.FullName, [KeyValuePair.Create("features", zeros(729, 64))]);
        Assert.False(shown.allclose(Hidden(next, turn), 1e-3, 1e-3));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_prompt_that_names_the_one_picture_of_its_turn_twice_is_refused_in_so_many_words(bool august)
    {
        using MoonDream2Model model = august ? MoonDreamCase.AugustModel() : MoonDreamCase.JuneModel();
        MoonDreamCase turn = MoonDreamCase.Of(august ? MoonDreamCase.August : MoonDreamCase.June, model, "a");
        MoonDreamCase twice = turn with { Prompt = [model.ImagePlaceholder, .. turn.Prompt] };
        string[] refused =
        [
            Assert.Throws<FaultException>(() => model.Prepare(twice.Turns(), [0])).Fault.ToString(),
            Assert.Throws<FaultException>(() => model.StartDecoding(twice.Prompts(), 2)).Fault.ToString(),
        ];

        Assert.All(
            refused,
            words =>
                Assert.Equal(
                    "row 0 of the batch: a prompt has more than one image placeholder, but a turn has one picture;"
                        + " convert the episodes with the model's own template",
                    words
                )
        );
    }

    [Fact]
    public void A_vision_encoder_that_trains_gets_gradients_and_a_frozen_one_none()
    {
        using DisposeScope scope = NewDisposeScope();
        using MoonDream2August2024 training = MoonDreamCase.AugustModel(MoonDreamCase.Options with { TrainsVision = true });
        using MoonDream2August2024 frozen = MoonDreamCase.AugustModel();

        Tensor[] hidden =
        [
            .. new[] { training, frozen }.Select(model => Hidden(model, MoonDreamCase.Of(MoonDreamCase.August, model, "a"))),
        ];
        Array.ForEach(hidden, states => states.sum().backward());

        Assert.True(hidden[0].allclose(hidden[1], 1e-5, 1e-5));
        Assert.NotNull(Grad(training, "vision_encoder.encoder.model.visual.blocks.0.attn.qkv.weight"));
        Assert.Null(Grad(frozen, "vision_encoder.encoder.model.visual.blocks.0.attn.qkv.weight"));
        Assert.NotNull(Grad(frozen, "vision_encoder.projection.mlp.fc1.weight"));
        Assert.DoesNotContain(training.TrainableParameters(), pair => pair.Name.StartsWith("region_model.", StringComparison.Ordinal));

        static Tensor? Grad(MoonDream2Model model, string name) =>
            model.named_parameters().Single(pair => pair.name == name).parameter.grad;
    }

    [Fact]
    public void Weights_of_16_bits_compute_in_float32_as_their_values()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using MoonDream2August2024 wide = MoonDreamCase.AugustModel();
        using MoonDream2August2024 narrow = MoonDreamCase.AugustModel(
            layers: MoonDreamCase.Layers with
            {
                WeightType = ScalarType.Float16,
            }
        );
        MoonDreamCase turn = MoonDreamCase.Of(MoonDreamCase.August, wide, "a");

        // The file's weights are float16, so nothing is lost.
        Assert.True(Hidden(narrow, turn).allclose(Hidden(wide, turn), 1e-4, 1e-4));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_model_that_is_converted_as_a_whole_computes_with_its_new_tensors(bool august)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        // A vision encoder that trains is asked every time.
        MoonDream2Options options = MoonDreamCase.Options with
        {
            TrainsVision = true,
        };
        using MoonDream2Model model = august ? MoonDreamCase.AugustModel(options) : MoonDreamCase.JuneModel(options);
        MoonDreamCase turn = MoonDreamCase.Of(august ? MoonDreamCase.August : MoonDreamCase.June, model, "a");
        Tensor before = Hidden(model, turn);

        // As a move to another device does, a conversion puts other objects in the place of parameters.
        model.to(ScalarType.BFloat16);
        Tensor after = Hidden(model, turn);

        Assert.All(model.parameters(), parameter => Assert.Equal(ScalarType.BFloat16, parameter.dtype));
        Assert.True((after - before).abs().max().ToDouble() < 0.1 * before.abs().max().ToDouble());
    }

    [Fact]
    public void A_model_has_the_official_tensors_and_critics_beside_them()
    {
        using MoonDream2June2025 model = MoonDreamCase.JuneModel();

        Assert.Equal(
            [.. MoonDreamCase.June.Description().Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal)],
            model
                .named_parameters()
                .Select(pair => pair.name)
                .Where(name => !name.StartsWith("critics.", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(2, model.Critics.Count);
        Assert.All(MoonDreamCase.June.Description().AdaptableLinears, pair => Assert.Equal(pair.Value, model.AdaptableLinears[pair.Key]));
    }

    private static Tensor Hidden(MoonDream2Model model, MoonDreamCase turn)
    {
        using TurnInput input = model.Prepare(turn.Turns(), [0]);
        return model.Hidden(input);
    }

    private static TurnBatch Batch(MoonDreamCase first, MoonDreamCase second)
    {
        TurnBatch batch = first.Turns();
        int[] prompts = new int[2 * first.Prompt.Length];
        first.Prompt.CopyTo(prompts, 0);
        second.Prompt.CopyTo(prompts, first.Prompt.Length);
        int[] replies = new int[2 * first.Answer.Length];
        first.Answer.CopyTo(replies, 0);
        second.Answer.CopyTo(replies, first.Answer.Length);
        return batch with
        {
            Rows = 2,
            Images = [.. batch.Images, .. batch.Images],
            PromptIds = prompts,
            PromptLengths = [first.Prompt.Length, second.Prompt.Length],
            ReplyIds = replies,
            ReplyLengths = [first.Answer.Length, second.Answer.Length],
        };
    }
}
