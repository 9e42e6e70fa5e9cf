using System.Buffers.Binary;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Tests.Jpeg;
using VlmQ.Tests.Shared;

namespace SixLabors.ImageSharp.Tests;

/// <summary>Damaged files end in an image or a documented exception, soon and in little memory.</summary>
public sealed class StandInJpegMutationTests
{
    private const byte StartOfScan = 0xDA;
    private const long Mebibyte = 1 << 20;

    [Fact]
    public async Task Mutated_files_end_in_an_image_or_a_documented_exception()
    {
        byte[][] originals = [.. JpegSamples.Names.Select(JpegSamples.Read)];
        Assert.All(originals, Read);
        int refused = await Fuzz.RunAsync(originals, Read, IsClean, Budget, Mutate);
        Assert.InRange(refused, Fuzz.Mutations / 4, Fuzz.Mutations);
    }

    [Theory]
    [InlineData("444")]
    [InlineData("420")]
    [InlineData("progressive-420")]
    [InlineData("cmyk-progressive")]
    [InlineData("grey")]
    public async Task A_frame_that_claims_more_pixels_than_its_bytes_can_hold_is_refused_without_memory_for_them(string sample)
    {
        byte[] hostile = JpegSamples.Read(sample);
        int frame = Segments(hostile).Single(segment => hostile[segment.Start + 1] is 0xC0 or 0xC1 or 0xC2).Start;
        BinaryPrimitives.WriteUInt32BigEndian(hostile.AsSpan(frame + 5), uint.MaxValue);
        Assert.False(await Fuzz.TryAsync(hostile, 0, Read, IsClean, _ => Mebibyte));
    }

    [Theory]
    [InlineData("444")]
    [InlineData("progressive-420")]
    public async Task Every_length_that_a_segment_can_claim_is_read_or_refused_without_memory_for_it(string sample)
    {
        byte[] original = JpegSamples.Read(sample);
        foreach ((int start, _) in Segments(original))
        {
            foreach (ulong claim in Mutations.Extremes.Where(claim => claim <= ushort.MaxValue))
            {
                byte[] hostile = [.. original];
                BinaryPrimitives.WriteUInt16BigEndian(hostile.AsSpan(start + 2), (ushort)claim);
                await Fuzz.TryAsync(hostile, start, Read, IsClean, Budget);
            }
        }
    }

    [Fact]
    public void A_picture_in_more_scans_than_any_encoder_makes_is_refused()
    {
        // Each coefficient by itself, and each of its bits.
        List<byte> scans = [];
        for (int bit = 13; bit >= 0; bit--)
        {
            for (byte k = 1; k < 64; k++)
            {
                scans.AddRange([0xFF, StartOfScan, 0, 8, 1, 1, 0, k, k, (byte)((bit == 13 ? 0 : (bit + 1) << 4) | bit), 0x7F]);
            }
        }
        byte[] start =
        [
            .. (byte[])[0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64)],
            .. (byte[])[0xFF, 0xC2, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0],
            // One code each, of one bit: a difference of 0, and the end of a band.
            .. (byte[])[0xFF, 0xC4, 0, 20, 0x00, 1, .. new byte[15], 0],
            .. (byte[])[0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0],
            .. (byte[])[0xFF, StartOfScan, 0, 8, 1, 1, 0, 0, 0, 0, 0x7F],
        ];
        byte[] end = [0xFF, 0xD9];
        const int ScanLength = 11;
        Read([.. start, .. scans.Take(499 * ScanLength), .. end]);
        InvalidImageContentException refusal = Assert.Throws<InvalidImageContentException>(() => Read([.. start, .. scans, .. end]));
        Assert.Contains("scans", refusal.Message, StringComparison.Ordinal);
    }

    private static void Read(byte[] file)
    {
        ImageInfo info = Image.Identify(file);
        using Image<Rgb24> image = Image.Load<Rgb24>(file);
        Assert.Equal(info.Size, image.Size);
    }

    private static bool IsClean(Exception thrown) => thrown is ImageFormatException or NotSupportedException;

    /// <summary>Each bit of a file can claim a block of 64 samples: planes, coefficients and pixels, which come in powers of two.</summary>
    private static long Budget(int length) => (4 * Mebibyte) + (2L * 8 * 64 * (3 + 3) * length);

    /// <summary>Damages the whole file; or what stands before its pixels; or one segment, whose length then fits again.</summary>
    private static byte[] Mutate(byte[] original, int seed)
    {
        List<(int Start, int Length)> segments = Segments(original);
        (int start, int length) = segments[seed / 66 % segments.Count];
        return (seed / 22 % 3) switch
        {
            0 => Mutations.Of(original, seed),
            1 => [.. Mutations.Of(original.AsSpan(0, segments[^1].Start), seed), .. original.AsSpan(segments[^1].Start)],
            _ => [.. original.AsSpan(0, start), .. Segment(original, start, length, seed), .. original.AsSpan(start + length)],
        };
    }

    private static byte[] Segment(byte[] file, int start, int length, int seed)
    {
        byte[] body = Mutations.Of(file.AsSpan(start + 4, length - 4), seed);
        byte[] header = [file[start], file[start + 1], 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)Math.Min(body.Length + 2, ushort.MaxValue));
        return [.. header, .. body];
    }

    /// <summary>The segments up to the first scan's header, with their markers.</summary>
    private static List<(int Start, int Length)> Segments(byte[] file)
    {
        List<(int, int)> segments = [];
        int at = 2;
        byte marker;
        do
        {
            marker = file[at + 1];
            int length = 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2));
            segments.Add((at, length));
            at += length;
        } while (marker != StartOfScan);
        return segments;
    }
}
