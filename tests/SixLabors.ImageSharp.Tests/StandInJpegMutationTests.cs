using System.Globalization;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Tests.Jpeg;

namespace SixLabors.ImageSharp.Tests;

/// <summary>Damaged files end in an image or a documented exception, soon and in little memory.</summary>
public sealed class StandInJpegMutationTests
{
    private const int DefaultMutations = 2000;

    /// <summary>For samples of up to 10 kB, each byte of which can claim 8 blocks of 64 samples.</summary>
    private const long MemoryBudget = 64L << 20;

    [Fact]
    public void Mutated_files_end_in_an_image_or_a_documented_exception()
    {
        byte[][] samples = [.. JpegSamples.Names.Select(JpegSamples.Read)];
        int mutations = int.TryParse(Environment.GetEnvironmentVariable("VLMQ_FUZZ"), CultureInfo.InvariantCulture, out int asked)
            ? asked
            : DefaultMutations;
        int refused = 0;
        for (int seed = 0; seed < mutations; seed++)
        {
            byte[] mutated = Mutate(samples[seed % samples.Length], new Random(seed));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using Image<Rgb24> image = Image.Load<Rgb24>(mutated);
                Assert.True(image.Width > 0);
            }
            catch (Exception fault) when (fault is ImageFormatException or NotSupportedException)
            {
                refused++;
            }
            catch (Exception fault)
            {
                Assert.Fail($"mutation {seed}: {fault}");
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MemoryBudget);
        }
        Assert.InRange(refused, mutations / 4, mutations);
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        List<byte> file = [.. original];
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            // Headers are the smaller part of a file and the more fragile: half of the changes fall there.
            int at = random.Next(random.Next(2) == 0 ? file.Count : Math.Min(file.Count, 700));
            switch (random.Next(6))
            {
                case 0:
                    file.RemoveAt(at);
                    break;
                case 1:
                    file.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    file[at] = random.Next(2) == 0 ? (byte)0xFF : (byte)0;
                    break;
                case 4 when random.Next(8) == 0:
                    file.RemoveRange(at, file.Count - at);
                    file.AddRange([0xFF, 0xD9]);
                    break;
                default:
                    file[at] = (byte)random.Next(256);
                    break;
            }
        }
        return [.. file];
    }
}
