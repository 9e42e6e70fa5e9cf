using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Core.Imaging;
using VlmQ.Models.MoonDream2;
using VlmQ.Models.Vision;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.MoonDream2;

public sealed class PreprocessingTests
{
    private static readonly OverlappingCrops Crops = new(CropSize: 378, PatchSize: 14, Margin: 4, MaximumCrops: 12);

    [Fact]
    [Trait("Category", "Golden")]
    public void Every_size_of_the_table_of_August_2024_is_chosen()
    {
        int[][] rows = Table(MoonDreamCase.August, "sizes.json");

        Assert.Equal(140, rows.Length);
        Assert.All(rows, row => Assert.Equal((row[2], row[3]), ResizedViews.SizeOf(row[0], row[1], 378)));
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Every_tiling_of_the_table_of_June_2025_is_chosen()
    {
        int[][] rows = Table(MoonDreamCase.June, "tilings.json");

        Assert.Equal(180, rows.Length);
        Assert.All(rows, row => Assert.Equal((row[2], row[3]), Crops.TilingOf(row[0], row[1])));
    }

    [Theory]
    [Trait("Category", "Golden")]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public void Pictures_are_resized_byte_for_byte_as_in_August_2024(string letter)
    {
        RgbImage resized = ResizedViews.Resize(MoonDreamCase.August.Picture(letter + ".png"), 378);

        Assert.Equal(MoonDreamCase.August.Picture(letter + ".resized.png"), resized);
    }

    [Theory]
    [Trait("Category", "Golden")]
    [InlineData("a")]
    [InlineData("b")]
    public void Pictures_are_cropped_byte_for_byte_as_in_June_2025(string letter)
    {
        ImmutableArray<RgbImage> crops = Crops.Of(MoonDreamCase.June.Picture(letter + ".png"));

        RgbImage stack = MoonDreamCase.June.Picture(letter + ".crops.png");
        Assert.Equal(stack.Height / 378, crops.Length);
        for (int i = 0; i < crops.Length; i++)
        {
            Assert.Equal(Pictures.Crop(stack, 0, 378 * i, 378, 378), crops[i]);
        }
    }

    [Fact]
    public void The_squares_of_a_resized_picture_come_row_by_row()
    {
        byte[] pixels = new byte[4 * 4 * 3];
        for (int i = 0; i < 16; i++)
        {
            pixels[3 * i] = (byte)i;
        }
        RgbImage picture = new(4, 4, ImmutableArray.Create(pixels));

        ImmutableArray<RgbImage> squares = ResizedViews.Squares(picture, 2);

        Assert.Equal([0, 2, 8, 10], squares.Select(square => (int)square.Pixels[0]));
        Assert.Empty(ResizedViews.Squares(picture, 4));
    }

    [Fact]
    public void Bytes_become_minus_one_to_one_with_channels_first()
    {
        using Tensor values = PixelValues.Of([new RgbImage(2, 1, [0, 51, 102, 153, 204, 255])]);

        Assert.Equal([1L, 3, 1, 2], values.shape);
        Assert.Equal([-1f, 0.2f, -0.6f, 0.6f, -0.2f, 1f], values.data<float>().ToArray(), (a, b) => MathF.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Patches_hold_a_channel_after_the_other()
    {
        using Tensor values = arange(3 * 4 * 4, dtype: ScalarType.Float32).view(1, 3, 4, 4);

        using Tensor patches = PixelValues.Patches(values, 2);

        Assert.Equal([1L, 4, 12], patches.shape);
        Assert.Equal([2f, 3, 6, 7, 18, 19, 22, 23, 34, 35, 38, 39], patches[0, 1].data<float>().ToArray());
    }

    [Fact]
    public void A_picture_too_narrow_to_be_read_is_refused()
    {
        string refused = Assert
            .Throws<VlmQ.Core.Episodes.FaultException>(() => Pictures.Of(new byte[3 * 20_000], 1, 20_000, 0))
            .Fault.ToString();

        Assert.Equal(
            "row 0 of the batch: a picture of 1×20000 pixels is too narrow to be read; pictures may be up to 100 times as long as wide",
            refused
        );
    }

    private static int[][] Table(GoldenModel golden, string file)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf(file)));
        return [.. json.RootElement.GetProperty("rows").EnumerateArray().Select(GoldenModel.Ids)];
    }
}
