using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Tests;

public sealed class PngEncodeTests
{
    public static TheoryData<PngColorType, PngBitDepth, PngInterlaceMode> Lossless() =>
        new()
        {
            { PngColorType.Rgb, PngBitDepth.Bit8, PngInterlaceMode.None },
            { PngColorType.Rgb, PngBitDepth.Bit8, PngInterlaceMode.Adam7 },
            { PngColorType.Rgb, PngBitDepth.Bit16, PngInterlaceMode.None },
            { PngColorType.RgbWithAlpha, PngBitDepth.Bit8, PngInterlaceMode.None },
            { PngColorType.RgbWithAlpha, PngBitDepth.Bit16, PngInterlaceMode.Adam7 },
        };

    [Theory]
    [MemberData(nameof(Lossless))]
    public void Truecolour_survives_a_round_trip_with_every_filter(PngColorType colorType, PngBitDepth depth, PngInterlaceMode interlace)
    {
        foreach ((int width, int height) in new[] { (1, 1), (2, 3), (31, 9), (300, 7) })
        {
            using Image<Rgb24> image = RandomImage(width, height, seed: width, distinct: 4);
            foreach (PngFilterMethod filter in Enum.GetValues<PngFilterMethod>())
            {
                PngEncoder encoder = new()
                {
                    ColorType = colorType,
                    BitDepth = depth,
                    InterlaceMethod = interlace,
                    FilterMethod = filter,
                };
                AssertEqual(image, RoundTrip(image, encoder));
            }
        }
    }

    [Theory]
    [InlineData(PngCompressionLevel.NoCompression)]
    [InlineData(PngCompressionLevel.BestSpeed)]
    [InlineData(PngCompressionLevel.DefaultCompression)]
    [InlineData(PngCompressionLevel.BestCompression)]
    public void Every_level_is_lossless(PngCompressionLevel level)
    {
        using Image<Rgb24> image = RandomImage(257, 301, seed: 8, distinct: 256);
        AssertEqual(image, RoundTrip(image, new PngEncoder { CompressionLevel = level }));
    }

    [Theory]
    [InlineData(2, PngBitDepth.Bit1)]
    [InlineData(3, PngBitDepth.Bit2)]
    [InlineData(15, PngBitDepth.Bit4)]
    [InlineData(250, PngBitDepth.Bit8)]
    public void A_palette_that_holds_every_colour_is_exact_and_as_small_as_it_can_be(int colors, PngBitDepth depth)
    {
        using Image<Rgb24> image = new(60, 40);
        for (int i = 0; i < 60 * 40; i++)
        {
            image[i % 60, i / 60] = new Rgb24((byte)(i % colors), (byte)(255 - (i % colors)), 7);
        }
        using MemoryStream stream = new();
        image.SaveAsPng(stream, new PngEncoder { ColorType = PngColorType.Palette });
        Assert.Equal((byte)depth, stream.ToArray()[24]);
        Assert.Equal(3, stream.ToArray()[25]);
        AssertEqual(image, Image.Load<Rgb24>(stream.ToArray()));
    }

    [Fact]
    public void More_colours_than_the_palette_holds_are_approximated()
    {
        using Image<Rgb24> image = new(64, 64);
        for (int i = 0; i < 64 * 64; i++)
        {
            image[i % 64, i / 64] = new Rgb24((byte)(i % 64 * 4), (byte)(i / 64 * 4), 90);
        }
        using Image<Rgb24> reduced = RoundTrip(image, new PngEncoder { ColorType = PngColorType.Palette });
        double error = 0;
        for (int i = 0; i < 64 * 64; i++)
        {
            (Rgb24 was, Rgb24 now) = (image[i % 64, i / 64], reduced[i % 64, i / 64]);
            error += Math.Abs(was.R - now.R) + Math.Abs(was.G - now.G) + Math.Abs(was.B - now.B);
        }
        Assert.InRange(error / (64 * 64), 0, 12);
    }

    [Fact]
    public void Alpha_survives_in_truecolour_and_in_a_palette()
    {
        using Image<Rgba32> image = new(16, 16);
        for (int i = 0; i < 256; i++)
        {
            image[i % 16, i / 16] = new Rgba32((byte)i, 9, 200, (byte)(255 - (i / 2)));
        }
        foreach (
            PngEncoder encoder in new[]
            {
                new PngEncoder(),
                new PngEncoder { ColorType = PngColorType.Palette },
            }
        )
        {
            using MemoryStream stream = new();
            image.SaveAsPng(stream, encoder);
            using Image<Rgba32> read = Image.Load<Rgba32>(stream.ToArray());
            Assert.Equal(Pixels(image), Pixels(read));
        }
    }

    [Theory]
    [InlineData(PngBitDepth.Bit1, 1)]
    [InlineData(PngBitDepth.Bit2, 3)]
    [InlineData(PngBitDepth.Bit4, 15)]
    [InlineData(PngBitDepth.Bit8, 255)]
    [InlineData(PngBitDepth.Bit16, 255)]
    public void Gray_is_exact_at_the_levels_that_its_depth_has(PngBitDepth depth, int steps)
    {
        using Image<L8> image = new(51, 5);
        for (int i = 0; i < 51 * 5; i++)
        {
            image[i % 51, i / 51] = new L8((byte)(i % (steps + 1) * 255 / steps));
        }
        using MemoryStream stream = new();
        image.SaveAsPng(stream, new PngEncoder { BitDepth = depth });
        using Image<L8> read = Image.Load<L8>(stream.ToArray());
        Assert.Equal(Pixels(image), Pixels(read));
        using MemoryStream withAlpha = new();
        image.SaveAsPng(withAlpha, new PngEncoder { ColorType = PngColorType.GrayscaleWithAlpha });
        using Image<L8> again = Image.Load<L8>(withAlpha.ToArray());
        Assert.Equal(Pixels(image), Pixels(again));
    }

    [Theory]
    [InlineData(false, "IHDR pHYs IDAT IEND")]
    [InlineData(true, "IHDR IDAT IEND")]
    public void The_default_chunks_are_these(bool skipMetadata, string expected)
    {
        using Image<Rgb24> image = new(20, 20, new Rgb24(1, 2, 3));
        using MemoryStream stream = new();
        image.SaveAsPng(stream, new PngEncoder { SkipMetadata = skipMetadata });
        byte[] file = stream.ToArray();
        List<string> chunks = [];
        for (int at = 8; at < file.Length; at += System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)) + 12)
        {
            chunks.Add(System.Text.Encoding.ASCII.GetString(file, at + 4, 4));
        }
        Assert.Equal(expected, string.Join(' ', chunks));
    }

    [Fact]
    public async Task Saving_asynchronously_writes_the_same_bytes()
    {
        using Image<Rgb24> image = RandomImage(30, 20, 5, 8);
        using MemoryStream now = new();
        using MemoryStream later = new();
        image.SaveAsPng(now);
        await image.SaveAsPngAsync(later);
        Assert.Equal(now.ToArray(), later.ToArray());
    }

    private static Image<Rgb24> RoundTrip(Image<Rgb24> image, PngEncoder encoder)
    {
        using MemoryStream stream = new();
        image.SaveAsPng(stream, encoder);
        return Image.Load<Rgb24>(stream.ToArray());
    }

    private static Image<Rgb24> RandomImage(int width, int height, int seed, int distinct)
    {
        Random random = new(seed);
        Image<Rgb24> image = new(width, height);
        image.ProcessPixelRows(rows =>
        {
            for (int y = 0; y < rows.Height; y++)
            {
                foreach (ref Rgb24 pixel in rows.GetRowSpan(y))
                {
                    pixel = new Rgb24((byte)random.Next(distinct), (byte)(random.Next(distinct) * 60), (byte)random.Next(2));
                }
            }
        });
        return image;
    }

    private static TPixel[] Pixels<TPixel>(Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        TPixel[] pixels = new TPixel[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }

    private static void AssertEqual(Image<Rgb24> expected, Image<Rgb24> actual)
    {
        using (actual)
        {
            Assert.Equal(Pixels(expected), Pixels(actual));
        }
    }
}
