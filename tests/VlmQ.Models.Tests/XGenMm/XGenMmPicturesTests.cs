using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Randomness;
using VlmQ.Core.Tokens;
using VlmQ.Models.Generation;
using VlmQ.Models.Lora;
using VlmQ.Models.Safetensors;
using VlmQ.Models.Vision;
using VlmQ.Models.XGenMm;
using static TorchSharp.torch;
using static VlmQ.Models.Tests.XGenMm.SmallXGenMm;

namespace VlmQ.Models.Tests.XGenMm;

/// <summary>How pictures get into prompts: which ones, where, how often they are looked at, and what is refused.</summary>
public sealed class XGenMmPicturesTests
{
    [Fact]
    public void Every_placeholder_of_a_prompt_gives_way_to_its_own_picture_and_words_stay_between_them()
    {
        using XGenMmModel model = New();
        // Three views in a grid of its own shape, and five.
        RgbImage tall = Picture(10, 20);
        RgbImage large = Picture(40, 30);
        InterleavedTurn turn = new([tall, large, tall], [1, Image, 4, 5, Image, Image], [6, 7]);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using XGenMmInput input = (XGenMmInput)model.Prepare(turn);

        Assert.Equal(2, input.Pictures.Count);
        Assert.Equal([0, 1, 0], input.Shown);
        Assert.Equal((37, 36), (input.Sequence.Width, input.Sequence.PromptLengths[0]));
        Tensor expected = cat([Words(1), Alone(tall), Words(4, 5), Alone(large), Alone(tall), Words(6)]);
        Assert.True(model.Embeddings(input)[0].allclose(expected, 1e-5, 1e-6));
        using XGenMmInput swapped = (XGenMmInput)model.Prepare(turn with { Pictures = [large, tall, tall] });
        Assert.False(model.Embeddings(swapped)[0].allclose(expected, 1e-3, 1e-3));

        Tensor Words(params int[] ids) => model.EmbedText(tensor(Array.ConvertAll(ids, id => (long)id)));

        Tensor Alone(RgbImage picture)
        {
            using XGenMmInput one = (XGenMmInput)model.Prepare(new InterleavedTurn([picture], [Image, 1], []));
            return model.ImageEmbeddings(one).flatten(0, 1);
        }
    }

    [Fact]
    public void Prompts_with_several_pictures_and_with_one_or_none_are_continued_together_as_each_alone()
    {
        using XGenMmModel model = New();
        InterleavedTurn[] prompts =
        [
            new([Picture(10, 20), Picture(20, 10)], [1, Image, 4, Image, 5], []),
            new([Picture(40, 30)], [Image, 6], []),
            new([], [7, 8], []),
        ];
        using DisposeScope scope = NewDisposeScope();
        using Decoder together = model.StartDecoding(prompts, 3);
        Decoder[] alone = [.. prompts.Select(prompt => model.StartDecoding([prompt], 3))];
        for (int step = 0; step < 3; step++)
        {
            for (int row = 0; row < prompts.Length; row++)
            {
                Assert.True(together.Logits[row].allclose(alone[row].Logits[0], 1e-4, 1e-4), $"step {step}, row {row}");
            }
            if (step < 2)
            {
                together.Append([9, 10, 11]);
                Array.ForEach(alone, decoder => decoder.Append([9 + Array.IndexOf(alone, decoder)]));
            }
        }
        Array.ForEach(alone, decoder => decoder.Dispose());
    }

    [Fact]
    public void A_prompt_that_names_the_one_picture_of_its_turn_twice_is_refused_in_so_many_words()
    {
        const string Words =
            "row 0 of the batch: a prompt has more than one image placeholder, but a turn has one picture;"
            + " convert the episodes with the model's own template";
        using XGenMmModel model = New();
        TurnBatch twice = Turns(([Image, 1, Image], [2]));

        Assert.Equal(Words, Refused(() => model.Prepare(twice, [0])));
        Assert.Equal(Words, Refused(() => model.StartDecoding(PromptBatch.Of(twice, [0]), 2)));
        Assert.Equal(Words, Refused(() => model.Prepare(new InterleavedTurn([Picture(10, 20)], [Image, 1, Image], []))));

        static string Refused(Func<object> act) => Assert.Throws<FaultException>(act).Fault.ToString();
    }

    [Fact]
    public void A_turn_names_each_of_its_pictures_once()
    {
        using XGenMmModel model = New();
        RgbImage picture = new(10, 10, [.. new byte[300]]);
        Assert.Contains(
            "a turn has 2 pictures, but its prompt has 1 image placeholders",
            Assert.Throws<FaultException>(() => model.Prepare(new InterleavedTurn([picture, picture], [Image, 1], []))).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<FaultException>(() => model.Prepare(new InterleavedTurn([picture], [Image, Image, 1], [])));
        Assert.Throws<FaultException>(() => model.Prepare(new InterleavedTurn([], [23], [])));
    }

    [Fact]
    public void A_folder_keeps_what_the_frozen_tower_made_for_the_next_run_and_no_more_than_it_may()
    {
        string folder = Directory.CreateTempSubdirectory("vlmq-tower-").FullName;
        // A picture's features take 640 bytes and a header.
        FeatureCacheOptions kept = new()
        {
            MemoryBytes = 0,
            Folder = folder,
            DiskBytes = 1200,
        };
        TurnBatch batch = Turns(([1, Image, 4], [7]), ([Image, 4], [7]), ([Image, 5], [7]));
        using DisposeScope scope = NewDisposeScope();
        Tensor first;
        using (XGenMmModel model = New(new XGenMmOptions { FeatureCache = kept }))
        {
            Hidden(model, batch, [0, 1]).Dispose();
            first = Hidden(model, batch, [2]);
        }
        FileInfo file = Assert.Single(new DirectoryInfo(folder).GetFiles());
        Assert.InRange(file.Length, 640, 1200);

        using XGenMmModel next = New(new XGenMmOptions { FeatureCache = kept });
        Assert.True(first.Equals(Hidden(next, batch, [2])));
        // Another run's file is read in place of looking at the picture again.
        using Tensor zero = zeros(5, 4, 8);
        SafetensorsWriter.Write(file.FullName, [KeyValuePair.Create("features", zero)]);
        Assert.False(first.allclose(Hidden(next, batch, [2]), 1e-3, 1e-3));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_frozen_tower_looks_at_a_picture_once_until_its_weights_change()
    {
        using XGenMmModel model = New();
        TurnBatch batch = Turns(([1, Image, 4], [7]), ([Image, 4], [7]), ([Image, 5], [7]));
        batch.Images.AsSpan(0, 3600).CopyTo(batch.Images.AsSpan(3600, 3600));
        using (XGenMmInput input = (XGenMmInput)model.Prepare(batch, [0, 1, 2]))
        {
            Assert.Equal([0, 0, 1], input.Shown);
            Assert.All(input.Pictures, picture => Assert.IsType<XGenMmPicture.Features>(picture));
        }
        using DisposeScope scope = NewDisposeScope();
        Tensor before = Hidden(model, batch, [0]);
        // What is kept is read, not computed again: weights that change behind the model's back show.
        Parameter weight = model.named_parameters().First(pair => pair.name == "vlm.vision_encoder.post_layernorm.bias").parameter;
        using (no_grad())
        {
            weight.select(0, 0).add_(1);
        }
        Assert.True(before.allclose(Hidden(model, batch, [0]), 0, 0));
        LoraOptions tower = new(2, 4, ["fc1"]);
        model.Attach(new LoraAdapters(tower, model.AdaptableLinears, new RandomKey(3)));
        using (XGenMmInput input = (XGenMmInput)model.Prepare(batch, [0]))
        {
            Assert.IsType<XGenMmPicture.Patches>(Assert.Single(input.Pictures));
        }
        model.MergeAdapters();
        Assert.False(before.allclose(Hidden(model, batch, [0]), 1e-3, 1e-3));
    }

    [Theory]
    [InlineData(1, 20_000, "a picture of 1×20000 pixels is too narrow to be read")]
    [InlineData(30, 0, "a picture of 30×0 pixels is too narrow")]
    [InlineData(50, 40, "the 3600 bytes of the pictures do not hold one of 50×40 pixels")]
    public void A_picture_that_nothing_can_be_made_of_is_a_fault_of_the_data(int width, int height, string what)
    {
        using XGenMmModel model = New();
        TurnBatch batch = Turns(([Image, 1], [2])) with { ImageWidth = width, ImageHeight = height };
        if (width == 1)
        {
            batch = batch with { Images = new byte[60_000] };
        }
        Fault fault = Assert.Throws<FaultException>(() => Hidden(model, batch, [0])).Fault;
        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.Contains(what, fault.ToString(), StringComparison.Ordinal);
        fault = Assert
            .Throws<FaultException>(() =>
                model.StartDecoding(
                    PromptBatch.Of(Turns(([Image, 1], [])), [0]) with
                    {
                        ImageWidth = width,
                        ImageHeight = height,
                        Images = batch.Images,
                    },
                    2
                )
            )
            .Fault;
        Assert.Contains(what, fault.ToString(), StringComparison.Ordinal);
    }
}
