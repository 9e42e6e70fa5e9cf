using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Tests;

/// <summary>Where the real package may read on in silence, the stand-in names the fault.</summary>
public sealed class StandInStrictnessTests
{
    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(2, 8, false)]
    [InlineData(2, 8, true)]
    [InlineData(3, 4, false)]
    [InlineData(6, 16, true)]
    public void Pixel_data_that_end_early_are_refused(int colorType, int depth, bool interlaced)
    {
        ReferencePng reference = new(23, 19, colorType, depth, interlaced, seed: 1);
        byte[] whole = reference.ToBytes();
        byte[] taller = PngDecodeTests.WithHeader(whole, 23, 20, (byte)depth);
        InvalidImageContentException fault = Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(taller));
        Assert.Contains("end early", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] file = new ReferencePng(12, 10, 2, 8, false, seed: 4).ToBytes();
        for (int length = 0; length < file.Length; length++)
        {
            Assert.ThrowsAny<ImageFormatException>(() => Image.Load<Rgb24>(file.AsSpan(0, length)));
            using MemoryStream stream = new(file, 0, length);
            Assert.ThrowsAny<ImageFormatException>(() => Image.Load<Rgb24>(stream));
        }
    }

    [Fact]
    public void A_palette_index_past_the_palette_is_refused()
    {
        using MemoryStream file = new();
        file.Write(new ReferencePng(2, 1, 3, 8, false, 1).ToBytes().AsSpan(0, 33));
        ReferencePng.WriteChunk(file, "PLTE", [1, 2, 3]);
        ReferencePng.WriteChunk(file, "IDAT", ReferencePng.Compress([0, 0, 1]));
        ReferencePng.WriteChunk(file, "IEND", []);
        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(file.ToArray()));
    }

    [Fact]
    public void Mutated_files_end_in_an_image_or_a_documented_exception()
    {
        Random random = new(20_26);
        byte[][] originals =
        [
            new ReferencePng(17, 9, 2, 8, false, 1).ToBytes(4),
            new ReferencePng(17, 9, 3, 4, true, 2, transparency: true).ToBytes(1),
            new ReferencePng(17, 9, 0, 16, true, 3, transparency: true).ToBytes(3),
            new ReferencePng(17, 9, 6, 8, false, 4).ToBytes(0, dataChunk: 50),
        ];
        int refused = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] mutated = Mutate(originals[i % originals.Length], random, repairChecksums: i % 2 == 0);
            try
            {
                using Image<Rgba32> image = Image.Load<Rgba32>(mutated);
                Assert.True(image.Width > 0);
            }
            catch (Exception fault) when (fault is ImageFormatException or NotSupportedException or ArgumentOutOfRangeException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 2000);
    }

    private static byte[] Mutate(byte[] original, Random random, bool repairChecksums)
    {
        List<byte> file = [.. original];
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            int at = random.Next(file.Count);
            switch (random.Next(4))
            {
                case 0:
                    file.RemoveAt(at);
                    break;
                case 1:
                    file.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    file[at] = (byte)random.Next(256);
                    break;
            }
        }
        return repairChecksums ? Repair([.. file]) : [.. file];
    }

    /// <summary>Gives every chunk that is still whole a right checksum, so that the damage gets past it.</summary>
    private static byte[] Repair(byte[] file)
    {
        using MemoryStream repaired = new();
        repaired.Write(file.AsSpan(0, 8));
        int at = 8;
        while (at + 12 <= file.Length)
        {
            uint length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12)
            {
                break;
            }
            ReferencePng.WriteChunk(
                repaired,
                System.Text.Encoding.Latin1.GetString(file, at + 4, 4),
                file.AsSpan(at + 8, (int)length).ToArray()
            );
            at += 12 + (int)length;
        }
        repaired.Write(file.AsSpan(at));
        return repaired.ToArray();
    }
}
