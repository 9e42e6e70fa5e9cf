using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace SixLabors.ImageSharp.Tests;

public sealed class ProcessingTests
{
    public static TheoryData<byte[], byte[]> ReferenceRows() =>
        new()
        {
            { [0, 36, 72, 108, 144, 180, 216, 252], [20, 89, 163, 232] },
            { [0, 36, 72, 108, 144, 180, 216, 252], [0, 6, 26, 45, 63, 81, 99, 117, 135, 153, 171, 189, 207, 226, 246, 255] },
            { [0, 0, 0, 255, 0, 0, 0, 0], [0, 109, 29, 0] },
        };

    [Theory]
    [MemberData(nameof(ReferenceRows))]
    public void Bicubic_gives_the_reference_rows_along_either_axis(byte[] source, byte[] expected)
    {
        foreach (bool vertical in new[] { false, true })
        {
            using Image<Rgb24> image = vertical ? new(3, source.Length) : new(source.Length, 3);
            for (int i = 0; i < source.Length; i++)
            {
                for (int k = 0; k < 3; k++)
                {
                    image[vertical ? k : i, vertical ? i : k] = new Rgb24(source[i], source[i], source[i]);
                }
            }
            image.Mutate(context => context.Resize(vertical ? 3 : expected.Length, vertical ? expected.Length : 3));
            for (int i = 0; i < expected.Length; i++)
            {
                Rgb24 pixel = image[vertical ? 1 : i, vertical ? i : 1];
                Assert.InRange(pixel.G, expected[i] - 1, expected[i] + 1);
                Assert.Equal((pixel.R, pixel.B), (pixel.G, pixel.G));
            }
        }
    }

    [Theory]
    [InlineData(300, 300, 64, 64)]
    [InlineData(300, 300, 378, 378)]
    [InlineData(37, 11, 12, 90)]
    [InlineData(5, 5, 1, 1)]
    public void Every_format_resizes_alike(int width, int height, int toWidth, int toHeight)
    {
        Random random = new(1);
        using Image<L8> gray = new(width, height);
        for (int i = 0; i < width * height; i++)
        {
            gray[i % width, i / width] = new L8((byte)random.Next(256));
        }
        using Image<Rgb24> color = gray.CloneAs<Rgb24>();
        using Image<Rgba32> alpha = gray.CloneAs<Rgba32>();
        gray.Mutate(context => context.Resize(toWidth, toHeight));
        color.Mutate(context => context.Resize(toWidth, toHeight));
        alpha.Mutate(context => context.Resize(toWidth, toHeight));
        for (int i = 0; i < toWidth * toHeight; i++)
        {
            int expected = gray[i % toWidth, i / toWidth].PackedValue;
            Assert.InRange(color[i % toWidth, i / toWidth].B, expected - 1, expected + 1);
            Assert.InRange(alpha[i % toWidth, i / toWidth].R, expected - 1, expected + 1);
            Assert.Equal(255, alpha[i % toWidth, i / toWidth].A);
        }
    }

    [Fact]
    public void Transparent_pixels_do_not_bleed_into_their_neighbours()
    {
        using Image<Rgba32> image = new(8, 8, new Rgba32(255, 0, 0, 255));
        for (int y = 0; y < 8; y++)
        {
            for (int x = 0; x < 4; x++)
            {
                image[x, y] = new Rgba32(0, 255, 0, 0);
            }
        }
        image.Mutate(context => context.Resize(4, 4, KnownResamplers.Triangle));
        Assert.All(Enumerable.Range(0, 4), x => Assert.Equal(0, image[x, 1].G));
    }

    [Fact]
    public void A_constant_image_stays_constant_under_every_kernel()
    {
        foreach (
            var sampler in new[]
            {
                KnownResamplers.Bicubic,
                KnownResamplers.Box,
                KnownResamplers.Lanczos3,
                KnownResamplers.Triangle,
                KnownResamplers.NearestNeighbor,
                KnownResamplers.MitchellNetravali,
                KnownResamplers.Hermite,
            }
        )
        {
            using Image<Rgb24> image = new(40, 30, new Rgb24(200, 100, 50));
            using Image<Rgb24> resized = image.Clone(context => context.Resize(17, 55, sampler));
            Assert.Equal(new Size(17, 55), resized.Size);
            Assert.All(Enumerable.Range(0, 17 * 55), i => Assert.Equal(new Rgb24(200, 100, 50), resized[i % 17, i / 17]));
        }
    }

    [Fact]
    public void Sizes_follow_the_mode()
    {
        Assert.Equal(new Size(150, 100), Resized(new ResizeOptions { Size = new Size(150, 0) }));
        Assert.Equal(new Size(64, 64), Resized(new ResizeOptions { Size = new Size(64, 64) }));
        Assert.Equal(new Size(64, 43), Resized(new ResizeOptions { Size = new Size(64, 64), Mode = ResizeMode.Max }));
        Assert.Equal(new Size(96, 64), Resized(new ResizeOptions { Size = new Size(64, 64), Mode = ResizeMode.Min }));
        Assert.Equal(new Size(64, 64), Resized(new ResizeOptions { Size = new Size(64, 64), Mode = ResizeMode.Pad }));
        Assert.Equal(new Size(64, 64), Resized(new ResizeOptions { Size = new Size(64, 64), Mode = ResizeMode.Stretch }));
        Assert.Throws<ArgumentException>(() => Resized(new ResizeOptions { Size = new Size(0, 0) }));

        static Size Resized(ResizeOptions options)
        {
            using Image<L8> image = new(300, 200);
            image.Mutate(context => context.Resize(options));
            return image.Size;
        }
    }

    [Fact]
    public void Crop_pad_and_flip_move_pixels()
    {
        using Image<L8> image = new(4, 3);
        for (int i = 0; i < 12; i++)
        {
            image[i % 4, i / 4] = new L8((byte)(i + 1));
        }
        using Image<L8> cropped = image.Clone(context => context.Crop(new Rectangle(1, 1, 2, 2)));
        Assert.Equal([6, 7, 10, 11], Bytes(cropped));
        using Image<L8> padded = cropped.Clone(context => context.Pad(4, 2, Color.White));
        Assert.Equal([255, 6, 7, 255, 255, 10, 11, 255], Bytes(padded));
        using Image<L8> mirrored = cropped.Clone(context => context.Flip(FlipMode.Horizontal));
        Assert.Equal([7, 6, 11, 10], Bytes(mirrored));
        using Image<L8> turned = cropped.Clone(context => context.Flip(FlipMode.Vertical));
        Assert.Equal([10, 11, 6, 7], Bytes(turned));
        Assert.Throws<ArgumentException>(() => image.Clone(context => context.Crop(new Rectangle(3, 0, 2, 1))));
    }

    private static byte[] Bytes(Image<L8> image)
    {
        byte[] bytes = new byte[image.Width * image.Height];
        image.CopyPixelDataTo(bytes);
        return bytes;
    }
}
