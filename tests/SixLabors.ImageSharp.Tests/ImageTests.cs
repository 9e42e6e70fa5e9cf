using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Tests;

public sealed class ImageTests
{
    [Fact]
    public void Pixel_data_are_packed_red_green_blue()
    {
        byte[] bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99];
        using Image<Rgb24> image = Image.LoadPixelData<Rgb24>(bytes, 2, 2);
        Assert.Equal(new Rgb24(10, 11, 12), image[1, 1]);
        byte[] copy = new byte[14];
        image.CopyPixelDataTo(copy);
        Assert.Equal([.. bytes.AsSpan(0, 12), 0, 0], copy);
        Assert.ThrowsAny<ArgumentException>(() => Image.LoadPixelData<Rgb24>(bytes.AsSpan(0, 11), 2, 2));
        Assert.ThrowsAny<ArgumentException>(() => image.CopyPixelDataTo(new byte[11]));
    }

    [Fact]
    public void Wrapped_memory_is_shared()
    {
        byte[] bytes = new byte[12];
        using Image<Rgb24> image = Image.WrapMemory<Rgb24>(bytes.AsMemory(), 2, 2);
        image[1, 0] = new Rgb24(7, 8, 9);
        Assert.Equal([0, 0, 0, 7, 8, 9], bytes.AsSpan(0, 6).ToArray());
        L8[] pixels = new L8[4];
        using Image<L8> gray = Image.WrapMemory<L8>(pixels.AsMemory(), 2, 2);
        pixels[3] = new L8(5);
        Assert.Equal(5, gray[1, 1].PackedValue);
    }

    [Fact]
    public void One_block_of_memory_is_promised_up_to_four_mebibytes()
    {
        using Image<Rgb24> small = new(1000, 1000);
        using Image<Rgb24> large = new(1200, 1200);
        Configuration contiguous = Configuration.Default.Clone();
        contiguous.PreferContiguousImageBuffers = true;
        using Image<Rgb24> preferred = new(contiguous, 1200, 1200);
        Assert.True(small.DangerousTryGetSinglePixelMemory(out Memory<Rgb24> memory));
        Assert.Equal(1_000_000, memory.Length);
        Assert.False(large.DangerousTryGetSinglePixelMemory(out _));
        Assert.True(preferred.DangerousTryGetSinglePixelMemory(out _));
    }

    [Fact]
    public void A_disposed_image_says_so()
    {
        Image<Rgb24> image = new(3, 3);
        image.Dispose();
        image.Dispose();
        Assert.Throws<ObjectDisposedException>(() => image.ProcessPixelRows(_ => { }));
        Assert.Throws<ObjectDisposedException>(() => image.CopyPixelDataTo(new Rgb24[9]));
    }

    [Fact]
    public void A_new_image_is_black_whatever_the_pool_held()
    {
        for (int i = 0; i < 3; i++)
        {
            using Image<Rgb24> image = new(100, 100);
            Assert.Equal(default, image[99, 99]);
            image.ProcessPixelRows(rows =>
            {
                for (int y = 0; y < rows.Height; y++)
                {
                    rows.GetRowSpan(y).Fill(Color.White);
                }
            });
        }
    }

    [Fact]
    public void Rows_outside_the_image_are_refused()
    {
        using Image<L8> image = new(2, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => image.ProcessPixelRows(rows => rows.GetRowSpan(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => image[2, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Image<L8>(0, 2));
    }
}
