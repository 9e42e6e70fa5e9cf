using System.Buffers.Binary;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Tests.Jpeg;

namespace SixLabors.ImageSharp.Tests;

/// <summary>Where decoders may differ, or read on in silence, the stand-in is exact and names the fault.</summary>
public sealed class StandInJpegTests
{
    private const byte BaselineFrame = 0xC0;
    private const byte ProgressiveFrame = 0xC2;
    private const byte StartOfScan = 0xDA;

    public static TheoryData<string> Samples => [.. JpegSamples.Names];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Pixels_equal_those_that_Pillow_decodes(string name)
    {
        (double mean, int largest) = JpegSamples.DifferenceFromPillow(name);
        Assert.Equal((0.0, 0), (mean, largest));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_truncation_is_refused(string name)
    {
        byte[] file = JpegSamples.Read(name);
        for (int length = 0; length < file.Length; length++)
        {
            Assert.ThrowsAny<ImageFormatException>(() => Image.Load<Rgb24>(file.AsSpan(0, length)));
        }
        using MemoryStream stream = new(file, 0, file.Length - 1);
        Assert.ThrowsAny<ImageFormatException>(() => Image.Load<Rgb24>(stream));
    }

    [Fact]
    public void What_follows_the_end_is_ignored()
    {
        byte[] file = JpegSamples.Read("444");
        using Image<Rgb24> image = Image.Load<Rgb24>([.. file, 1, 2, 3]);
        Assert.Equal(61, image.Width);
    }

    [Fact]
    public void Scan_data_cut_short_before_the_end_marker_are_refused()
    {
        byte[] file = JpegSamples.Read("420");
        InvalidImageContentException fault = Assert.Throws<InvalidImageContentException>(() =>
            Image.Load<Rgb24>([.. file.AsSpan(0, file.Length - 40), 0xFF, 0xD9])
        );
        Assert.Contains("end early", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_restart_marker_is_named()
    {
        byte[] file = JpegSamples.Read("restarts");
        file[file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xD2]) + 1] = 0xD5;
        InvalidImageContentException fault = Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(file));
        Assert.Contains("Restart marker 2", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xC3, "lossless")]
    [InlineData(0xC5, "hierarchical")]
    [InlineData(0xC9, "arithmetic")]
    [InlineData(0xCA, "arithmetic")]
    public void Other_codings_are_named_as_not_supported(byte marker, string coding)
    {
        byte[] file = JpegSamples.Read("444");
        file[Segment(file, BaselineFrame) + 1] = marker;
        Assert.Contains(coding, Assert.Throws<NotSupportedException>(() => Image.Load<Rgb24>(file)).Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => Image.Identify(file));
    }

    [Fact]
    public void A_file_of_arithmetic_coding_is_not_supported() =>
        Assert.Throws<NotSupportedException>(() => Image.Load<Rgb24>(JpegSamples.Read("arithmetic")));

    [Fact]
    public void Twelve_bits_a_sample_are_not_supported()
    {
        byte[] file = JpegSamples.Read("444");
        file[Segment(file, BaselineFrame) + 4] = 12;
        NotSupportedException fault = Assert.Throws<NotSupportedException>(() => Image.Load<Rgb24>(file));
        Assert.Contains("12 bits", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_side_of_zero_is_refused()
    {
        byte[] file = WithSize("444", BaselineFrame, 0, 10);
        Assert.Throws<InvalidImageContentException>(() => Image.Identify(file));
    }

    [Theory]
    [InlineData("420", BaselineFrame)]
    [InlineData("progressive-420", ProgressiveFrame)]
    public void A_size_that_the_bytes_cannot_fill_is_refused_before_memory_is_taken(string name, byte frame)
    {
        byte[] file = WithSize(name, frame, 16_000, 16_000);
        Assert.Equal(16_000, Image.Identify(file).Width);
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidImageContentException fault = Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(file));
        Assert.Contains("cannot hold", fault.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void The_allocation_limit_holds()
    {
        Configuration configuration = Configuration.Default.Clone();
        configuration.MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = 1 });
        byte[] file = WithSize("420", BaselineFrame, 600, 600);
        InvalidImageContentException fault = Assert.Throws<InvalidImageContentException>(() =>
            Image.Load<Rgb24>(new DecoderOptions { Configuration = configuration }, file)
        );
        Assert.Contains("limit", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scan_that_comes_again_is_refused()
    {
        byte[] file = JpegSamples.Read("progressive-444");
        int scan = Segment(file, StartOfScan);
        byte[] repeated = [.. file.AsSpan(0, file.Length - 2), .. file.AsSpan(scan)];
        InvalidImageContentException fault = Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(repeated));
        Assert.Contains("repeat or skip", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_component_without_a_scan_is_named()
    {
        byte[] file = JpegSamples.Read("scans");
        int last = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, StartOfScan]);
        InvalidImageContentException fault = Assert.Throws<InvalidImageContentException>(() =>
            Image.Load<Rgb24>([.. file.AsSpan(0, last), 0xFF, 0xD9])
        );
        Assert.Contains("component 3", fault.Message, StringComparison.Ordinal);
    }

    private static byte[] WithSize(string name, byte frame, ushort width, ushort height)
    {
        byte[] file = JpegSamples.Read(name);
        int at = Segment(file, frame);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(at + 5), height);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(at + 7), width);
        return file;
    }

    /// <summary>Where the first segment with that marker begins.</summary>
    private static int Segment(ReadOnlySpan<byte> file, byte marker)
    {
        int at = 2;
        while (file[at + 1] != marker)
        {
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }
        return at;
    }
}
