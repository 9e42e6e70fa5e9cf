using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Models.Families;
using VlmQ.Models.XGenMm;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.XGenMm;

public sealed class ViewLayoutTests
{
    private const int Side = 27;

    [Fact]
    [Trait("Category", "Golden")]
    public void Every_picture_size_has_the_grid_the_place_and_the_padding_of_the_reference()
    {
        JsonElement[] rows = GoldenRows();
        Assert.Equal(140, rows.Length);
        foreach (JsonElement row in rows)
        {
            Assert.Equal(row.EnumerateArray().Select(number => number.GetInt32()), Row(Of(row[0].GetInt32(), row[1].GetInt32())));
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void With_grids_in_another_order_ties_are_broken_otherwise()
    {
        ImmutableArray<(int, int)> reversed = [.. new XGenMmSizes().Grids.Reverse()];
        Assert.Contains(
            GoldenRows(),
            row =>
                ViewLayout.For(row[0].GetInt32(), row[1].GetInt32(), reversed, 384).OrThrow() is var layout
                && (layout.GridWidth, layout.GridHeight) != (row[2].GetInt32(), row[3].GetInt32())
        );
    }

    [Fact]
    public void A_small_picture_is_enlarged_as_far_as_its_grid_allows()
    {
        ViewLayout layout = Of(100, 50);
        Assert.Equal((384, 192), (layout.ResizedWidth, layout.ResizedHeight));
    }

    [Fact]
    public void With_views_side_by_side_a_set_is_rows_of_the_whole_map_and_not_a_view()
    {
        ViewLayout layout = Of(1000, 1000);
        Assert.Equal((2, 2), (layout.Columns, layout.Rows));
        int[] order = layout.SetOrder(Side);
        // The second row of the map goes on in the second view of the grid, within the first set of the map.
        Assert.Equal((1 * 729) + 26, order[729 + 26]);
        Assert.Equal((2 * 729) + 0, order[729 + 27]);
        Assert.Equal((1 * 729) + 27, order[729 + 54]);
        Assert.Equal(Enumerable.Range(0, 5 * 729), order.Order());
    }

    [Fact]
    public void With_views_one_below_the_other_a_set_is_a_view()
    {
        ViewLayout layout = Of(300, 1000);
        Assert.Equal((1, 3), (layout.Columns, layout.Rows));
        Assert.Equal(Enumerable.Range(0, 4 * 729), layout.SetOrder(Side));
    }

    [Fact]
    public void The_squashed_view_comes_first_and_nothing_of_it_is_padding()
    {
        ViewLayout layout = Of(1000, 150);
        Assert.Equal(Enumerable.Range(0, 729), layout.SetOrder(Side)[..729]);
        Assert.DoesNotContain(false, layout.SetMask(Side)[..729]);
        Assert.Contains(false, layout.SetMask(Side)[729..]);
    }

    [Theory]
    [InlineData(1, 20_000, "1×20000")]
    [InlineData(20_000, 1, "20000×1")]
    [InlineData(0, 5, "0×5")]
    [InlineData(5, 0, "5×0")]
    public void A_picture_that_nothing_can_be_made_of_is_a_fault(int width, int height, string named)
    {
        Fault fault = Assert.IsType<Result<ViewLayout>.Failed>(ViewLayout.For(width, height, new XGenMmSizes().Grids, 384)).Fault;
        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.Contains(named, fault.What, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Category", "Golden")]
    [InlineData("a0", 5)]
    [InlineData("b0", 3)]
    [InlineData("b1", 4)]
    public void Every_byte_of_every_view_equals_the_references(string picture, int views)
    {
        RgbImage image = XGenMmCase.Golden.Picture(picture + ".png");
        ViewLayout layout = Of(image.Width, image.Height);
        byte[] cut = new byte[layout.Views * 384 * 384 * 3];
        cut.AsSpan().Fill(7);
        new ImageViews(layout).Cut(image.Pixels, cut);
        Assert.Equal(views, layout.Views);
        Assert.True(XGenMmCase.Golden.Picture(picture + ".crops.png").Pixels.SequenceEqual(cut));
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Every_third_pixel_is_normalised_to_the_very_bits_of_the_reference()
    {
        RgbImage views = XGenMmCase.Golden.Picture("a0.crops.png");
        float[] expected = XGenMmCase.Golden.Expected("a0.pixel_values_s3").data<float>().ToArray();
        int next = 0;
        for (int channel = 0; channel < 3; channel++)
        {
            for (int y = 0; y < 384; y += 3)
            {
                for (int x = 0; x < 384; x += 3)
                {
                    Assert.Equal(expected[next++], ImageViews.Normalized(views.Pixels[(((y * 384) + x) * 3) + channel]));
                }
            }
        }
    }

    [Fact]
    public void A_patch_is_ordered_by_channel_then_row_then_pixel_and_the_edge_is_left_out()
    {
        // Two views of 5×5 with patches of 2: a fifth row and column belong to no patch.
        byte[] views = [.. Enumerable.Range(0, 2 * 75).Select(value => (byte)value)];
        using Tensor patches = ImageViews.Patches(views, 5, 2);
        Assert.Equal([2, 4, 12], patches.shape);
        // Patch 3 begins at row 2, pixel 2.
        byte[] red = [36, 39, 51, 54];
        byte[] last = [.. red, .. red.Select(value => (byte)(value + 1)), .. red.Select(value => (byte)(value + 2))];
        Assert.Equal(last.Select(ImageViews.Normalized), patches[0, 3].data<float>().ToArray());
        Assert.Equal(last.Select(value => ImageViews.Normalized((byte)(value + 75))), patches[1, 3].data<float>().ToArray());
    }

    private static ViewLayout Of(int width, int height) => ViewLayout.For(width, height, new XGenMmSizes().Grids, 384).OrThrow();

    private static JsonElement[] GoldenRows()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(XGenMmCase.Golden.PathOf("grids.json")));
        return [.. json.RootElement.GetProperty("rows").Clone().EnumerateArray()];
    }

    private static IEnumerable<int> Row(ViewLayout layout)
    {
        bool[] mask = layout.SetMask(Side);
        return
        [
            layout.ImageWidth,
            layout.ImageHeight,
            layout.GridWidth,
            layout.GridHeight,
            layout.ResizedWidth,
            layout.ResizedHeight,
            layout.PasteX,
            layout.PasteY,
            .. Enumerable.Range(1, layout.Views - 1).Select(set => mask.AsSpan(set * 729, 729).Count(true)),
        ];
    }
}
