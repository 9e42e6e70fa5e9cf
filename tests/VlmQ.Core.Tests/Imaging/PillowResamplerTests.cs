using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using VlmQ.Core.Imaging;
using VlmQ.Tests.Shared;

namespace VlmQ.Core.Tests.Imaging;

public sealed class PillowResamplerTests
{
    [Fact]
    [Trait("Category", "Golden")]
    public void Every_byte_equals_Pillows()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Golden("cases.json")));
        int cases = 0;
        foreach (JsonElement row in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            RgbImage source = Load(Golden(row.GetProperty("source").GetString()!));
            RgbImage expected = Load(Golden(row.GetProperty("result").GetString()!));
            (int width, int height) = (row.GetProperty("width").GetInt32(), row.GetProperty("height").GetInt32());
            bool bicubic = row.GetProperty("filter").GetString() == "bicubic";
            RgbImage actual = bicubic ? PillowResampler.Bicubic(source, width, height) : PillowResampler.Lanczos(source, width, height);
            Assert.Equal(expected, actual);
            cases++;
        }
        Assert.Equal(42, cases);
    }

    [Theory]
    [InlineData(300, 300, 60, 60)]
    [InlineData(300, 300, 378, 378)]
    [InlineData(7, 5, 3, 11)]
    [InlineData(5, 7, 40, 2)]
    [InlineData(4, 4, 3, 4)]
    [InlineData(4, 4, 4, 9)]
    [InlineData(1, 1, 7, 3)]
    [InlineData(2, 90, 1, 91)]
    [InlineData(17, 1, 18, 1)]
    [InlineData(1000, 2, 3, 2)]
    public void Every_byte_follows_the_definition(int width, int height, int toWidth, int toHeight)
    {
        RgbImage image = Noise(width, height);
        Assert.Equal(ByDefinition(image, toWidth, toHeight, 2), PillowResampler.Bicubic(image, toWidth, toHeight));
        Assert.Equal(ByDefinition(image, toWidth, toHeight, 3), PillowResampler.Lanczos(image, toWidth, toHeight));
    }

    [Fact]
    public void The_same_size_is_the_same_image()
    {
        RgbImage image = Noise(9, 4);
        Assert.Same(image, PillowResampler.Bicubic(image, 9, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => PillowResampler.Bicubic(image, 0, 4));
    }

    private static string Golden(string file) => Fixtures.PathOf("models", "resize", file);

    private static RgbImage Load(string path)
    {
        using Image<Rgb24> image = Image.Load<Rgb24>(path);
        byte[] pixels = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(pixels);
        return new RgbImage(image.Width, image.Height, ImmutableCollectionsMarshal.AsImmutableArray(pixels));
    }

    private static RgbImage Noise(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        Random random = new(width + (1000 * height));
        for (int i = 0; i < pixels.Length; i++)
        {
            // Mostly black and white, so that results overshoot and are clamped.
            pixels[i] = (byte)(random.Next(3) == 0 ? random.Next(256) : random.Next(2) * 255);
        }
        return new RgbImage(width, height, ImmutableArray.Create(pixels));
    }

    /// <summary>The two passes written out sample by sample.</summary>
    private static RgbImage ByDefinition(RgbImage image, int width, int height, int lobes)
    {
        byte[] across = Pass(image.Pixels.ToArray(), image.Height, image.Width, width, lobes, 3 * image.Width, 3, 3 * width, 3);
        byte[] down = Pass(across, width, image.Height, height, lobes, 3, 3 * width, 3, 3 * width);
        return new RgbImage(width, height, ImmutableArray.Create(down));
    }

    private static byte[] Pass(byte[] source, int lines, int from, int to, int lobes, int lineIn, int stepIn, int lineOut, int stepOut)
    {
        if (from == to)
        {
            return source;
        }
        byte[] target = new byte[lines * to * 3];
        double scale = from / (double)to;
        double spread = Math.Max(scale, 1);
        double support = lobes * spread;
        for (int i = 0; i < to; i++)
        {
            double center = (i + 0.5) * scale;
            int low = Math.Max(0, (int)(center - support + 0.5));
            int high = Math.Min(from, (int)(center + support + 0.5));
            double[] weights = [.. Enumerable.Range(low, high - low).Select(j => Kernel((j - center + 0.5) / spread, lobes))];
            double sum = weights.Aggregate(0.0, (total, weight) => total + weight);
            int[] fixedPoint = [.. weights.Select(weight => weight / sum * (1 << 22)).Select(k => (int)(k < 0 ? k - 0.5 : k + 0.5))];
            for (int line = 0; line < lines; line++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    int total = 1 << 21;
                    for (int j = low; j < high; j++)
                    {
                        total += fixedPoint[j - low] * source[(line * lineIn) + (j * stepIn) + channel];
                    }
                    target[(line * lineOut) + (i * stepOut) + channel] = (byte)Math.Clamp(total >> 22, 0, 255);
                }
            }
        }
        return target;
    }

    private static double Kernel(double x, int lobes)
    {
        if (lobes == 3)
        {
            return x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0;
        }
        double distance = Math.Abs(x);
        return distance switch
        {
            < 1 => ((1.5 * distance) - 2.5) * distance * distance + 1,
            < 2 => ((((distance - 5) * distance) + 8) * distance - 4) * -0.5,
            _ => 0,
        };
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
