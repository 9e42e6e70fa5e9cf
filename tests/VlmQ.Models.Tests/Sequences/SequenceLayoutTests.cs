using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Models.Sequences;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Sequences;

public sealed class SequenceLayoutTests
{
    private const int Image = 99;

    private static readonly SequenceRules Rules = new()
    {
        Placeholder = Image,
        Vocabulary = 50,
        ContextLength = 12,
        FirstId = 7,
    };

    [Fact]
    public void Image_embeddings_stand_at_the_placeholders_place_and_may_differ_in_number()
    {
        SequenceLayout layout = SequenceLayout.Of(TinyModels.Turns(([Image, 1, 2], [3, 4]), ([7, 5, Image], [6])), [0, 1], [3, 1], Rules);

        Assert.Equal(
            [
                [7, 100, 101, 102, 1, 2, 3],
                [7, 5, 103],
            ],
            Ids(layout)
        );
        Assert.Equal([1, 2], layout.ImageStarts);
        Assert.Equal([6, 3], layout.PromptLengths);
        Assert.Equal([2, 1], layout.Positions);
        Assert.Equal([5, 6, 9], layout.PositionIndices());
        Assert.Equal([0, 0], layout.Starts);
    }

    [Fact]
    public void Prompts_to_continue_end_in_the_same_column()
    {
        SequenceLayout layout = SequenceLayout.Of(TinyModels.Prompts([Image, 1, 2], [5]), [2, 2], 3, Rules);

        Assert.Equal(
            [
                [7, 100, 101, 1, 2],
                [7, 5],
            ],
            Ids(layout)
        );
        Assert.Equal([0, 3], layout.Starts);
        Assert.Equal([4, 9], layout.PositionIndices());
        using Tensor positions = layout.PositionIds(CPU);
        Assert.Equal([0L, 1, 2, 3, 4, 0, 0, 0, 0, 1], positions.data<long>().ToArray());
    }

    [Fact]
    public void A_row_without_placeholder_shows_no_image()
    {
        SequenceLayout layout = SequenceLayout.Of(TinyModels.Turns(([1, 2], [3])), [0], [4], Rules);

        Assert.Equal(
            [
                [7, 1, 2],
            ],
            Ids(layout)
        );
        Assert.Equal([-1], layout.ImageStarts);
        Assert.Equal([0], layout.ImageTokens);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_its_row()
    {
        Assert.Equal(
            "row 0 of the batch: prompt, image and reply take 13 elements, but the model's context holds 12;"
                + " shorten the prompt or its history, or the longest reply",
            Refused([Image, 1], Rules, images: 10)
        );
        Assert.Equal(
            "row 0 of the batch: a prompt has more than one image placeholder, but a turn has one picture;"
                + " convert the episodes with the model's own template",
            Refused([Image, Image], Rules)
        );
        Assert.StartsWith("row 0 of the batch: token id 50 is outside", Refused([50], Rules), StringComparison.Ordinal);
        Assert.StartsWith(
            "row 0 of the batch: the image placeholder stands behind 2 text tokens",
            Refused([1, Image], Rules with { ImageFirst = true }),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "row 0 of the batch: a prompt has no token",
            Refused([], Rules with { FirstId = null }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_row_may_show_several_images_each_at_its_own_place()
    {
        SequenceRules rules = Rules with { FirstId = null };
        SequenceRow two = SequenceRow.Of([Image, 5, Image], [6, 8], [2, 3], 0, rules, 0);
        SequenceRow one = SequenceRow.Of([1, Image], [], [1], 0, rules, 1);
        Assert.Equal([(0, 2), (3, 3)], two.Images);
        Assert.Equal((7, 6), (two.Length, two.PromptLength));
        Assert.Equal(
            [
                [100, 101, 5, 102, 103, 104, 6],
                [1, 105],
            ],
            Ids(new SequenceLayout(PaddingSide.Left, [two, one]))
        );
        Assert.StartsWith(
            "row 3 of the batch: a prompt has more image placeholders than the 2 pictures of its turn",
            Assert.Throws<FaultException>(() => SequenceRow.Of([Image, Image, Image], [], [2, 3], 0, rules, 3)).Fault.ToString(),
            StringComparison.Ordinal
        );
    }

    private static string Refused(int[] prompt, SequenceRules rules, int images = 1) =>
        Assert.Throws<FaultException>(() => SequenceLayout.Of(TinyModels.Turns((prompt, [3, 4])), [0], [images], rules)).Fault.ToString();

    // Text as its id, image embeddings as 100, 101, … in order.
    private static int[][] Ids(SequenceLayout layout)
    {
        using DisposeScope scope = NewDisposeScope();
        int images = layout.ImageTokens.Sum();
        Tensor? pictures = images == 0 ? null : arange(100, 100 + images, dtype: ScalarType.Float32).unsqueeze(1);
        Tensor embedded = layout.Embed(ids => ids.to(ScalarType.Float32).unsqueeze(1), pictures, CPU);
        float[] all = embedded.data<float>().ToArray();
        return
        [
            .. Enumerable
                .Range(0, layout.Rows)
                .Select(row =>
                    all.Skip((row * layout.Width) + layout.Starts[row]).Take(layout.Lengths[row]).Select(value => (int)value).ToArray()
                ),
        ];
    }
}
