using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Tests;

public sealed class PngDecodeTests
{
    private static readonly (int Width, int Height)[] Sizes = [(1, 1), (3, 5), (8, 8), (33, 17), (5, 1), (70, 9)];

    /// <summary>Every colour type with every depth it comes in, plain and interlaced, without and with tRNS.</summary>
    public static TheoryData<int, int, bool, bool> Kinds()
    {
        TheoryData<int, int, bool, bool> kinds = [];
        foreach (
            (int colorType, int[] depths) in new[]
            {
                (0, new[] { 1, 2, 4, 8, 16 }),
                (2, [8, 16]),
                (3, [1, 2, 4, 8]),
                (4, [8, 16]),
                (6, [8, 16]),
            }
        )
        {
            foreach (int depth in depths)
            {
                foreach (bool interlaced in new[] { false, true })
                {
                    kinds.Add(colorType, depth, interlaced, false);
                    if (colorType is 0 or 2 or 3)
                    {
                        kinds.Add(colorType, depth, interlaced, true);
                    }
                }
            }
        }
        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_png_is_read_exactly(int colorType, int depth, bool interlaced, bool transparency)
    {
        foreach ((int width, int height) in Sizes)
        {
            for (int filter = 0; filter < 5; filter++)
            {
                ReferencePng reference = new(width, height, colorType, depth, interlaced, seed: (97 * filter) + width, transparency);
                byte[] file = reference.ToBytes(filter, dataChunk: filter == 2 ? 7 : int.MaxValue);
                using Image<Rgba32> image = Image.Load<Rgba32>(file);
                Rgba32[] pixels = new Rgba32[width * height];
                image.CopyPixelDataTo(pixels);
                Assert.Equal(reference.Expected(), pixels);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rgb_drops_alpha_without_blending(int colorType, int depth, bool interlaced, bool transparency)
    {
        ReferencePng reference = new(37, 11, colorType, depth, interlaced, seed: 5, transparency);
        using Image<Rgb24> image = Image.Load<Rgb24>(reference.ToBytes(4));
        Rgb24[] pixels = new Rgb24[37 * 11];
        image.CopyPixelDataTo(pixels);
        Assert.Equal(reference.Expected().Select(p => new Rgb24(p.R, p.G, p.B)), pixels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Gray_is_read_as_luminance(int depth)
    {
        ReferencePng reference = new(41, 13, 0, depth, false, seed: 3);
        using Image<L8> image = Image.Load<L8>(reference.ToBytes(3));
        L8[] pixels = new L8[41 * 13];
        image.CopyPixelDataTo(pixels);
        Assert.Equal(reference.Expected().Select(p => new L8(p.R)), pixels);
    }

    [Fact]
    public void Luminance_of_colour_follows_BT709()
    {
        using Image<Rgb24> color = new(3, 1);
        color[0, 0] = new Rgb24(255, 0, 0);
        color[1, 0] = new Rgb24(0, 255, 0);
        color[2, 0] = new Rgb24(0, 0, 255);
        using Image<L8> gray = color.CloneAs<L8>();
        Assert.Equal([54, 182, 18], new[] { gray[0, 0].PackedValue, gray[1, 0].PackedValue, gray[2, 0].PackedValue });
    }

    [Fact]
    public void The_stream_is_left_right_after_the_image()
    {
        byte[] file = new ReferencePng(9, 9, 2, 8, false, 1).ToBytes();
        using MemoryStream stream = new([.. file, 1, 2, 3]);
        using Image<Rgb24> image = Image.Load<Rgb24>(stream);
        Assert.Equal(file.Length, stream.Position);
    }

    [Fact]
    public async Task Streams_spans_and_files_give_the_same_image()
    {
        ReferencePng reference = new(19, 7, 6, 8, true, 2);
        byte[] file = reference.ToBytes();
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, file);
            await using MemoryStream stream = new(file);
            using Image<Rgba32> loaded = await Image.LoadAsync<Rgba32>(stream);
            using Image<Rgba32> fromPath = await Image.LoadAsync<Rgba32>(path);
            using Image<Rgba32> synchronous = Image.Load<Rgba32>(path);
            foreach (Image<Rgba32> image in new[] { loaded, fromPath, synchronous })
            {
                Rgba32[] pixels = new Rgba32[19 * 7];
                image.CopyPixelDataTo(pixels);
                Assert.Equal(reference.Expected(), pixels);
            }
            Assert.Equal(19, Image.Identify(path).Width);
            Assert.Equal(7, (await Image.IdentifyAsync(path)).Height);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Identify_believes_the_header()
    {
        byte[] file = new ReferencePng(4, 4, 2, 8, false, 1).ToBytes();
        byte[] huge = WithHeader(file, width: 60_000, height: 60_000);
        ImageInfo info = Image.Identify(huge);
        Assert.Equal(new Size(60_000, 60_000), info.Size);
        Assert.Equal(24, info.PixelType.BitsPerPixel);
        Assert.Equal("PNG", Image.DetectFormat(huge).Name);
        using MemoryStream stream = new(huge);
        Assert.Equal("PNG", Image.DetectFormat(stream).Name);
        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public void An_absurd_size_is_refused()
    {
        byte[] huge = WithHeader(new ReferencePng(4, 4, 2, 8, false, 1).ToBytes(), 60_000, 60_000);
        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(huge));
    }

    [Fact]
    public void The_allocators_limit_holds()
    {
        using Image<L8> large = new(2000, 1000);
        using MemoryStream stream = new();
        large.SaveAsPng(stream);
        Configuration limited = Configuration.Default.Clone();
        limited.MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = 1 });
        DecoderOptions options = new() { Configuration = limited };
        Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(options, stream.ToArray()));
        Assert.Throws<InvalidMemoryOperationException>(() => new Image<L8>(limited, 2000, 1000));
        using Image<L8> free = Image.Load<L8>(stream.ToArray());
        Assert.Equal(2000, free.Width);
    }

    [Fact]
    public void A_target_size_keeps_the_aspect_ratio()
    {
        using Image<L8> image = new(300, 200);
        using MemoryStream stream = new();
        image.SaveAsPng(stream);
        using Image<L8> small = Image.Load<L8>(new DecoderOptions { TargetSize = new Size(64, 64) }, stream.ToArray());
        Assert.Equal(new Size(64, 43), small.Size);
    }

    [Fact]
    public void Each_kind_of_damage_has_its_exception()
    {
        byte[] palette = new ReferencePng(9, 9, 3, 4, false, 1).ToBytes();
        byte[] color = new ReferencePng(9, 9, 2, 8, false, 1).ToBytes();
        Assert.Throws<UnknownImageFormatException>(() => Image.Load<Rgb24>(new byte[100]));
        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(Flip(color, color.Length - 14)));
        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(Without(palette, "PLTE")));
        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(Without(color, "IDAT")));
        Assert.Throws<NotSupportedException>(() => Image.Load<Rgb24>(WithHeader(color, 9, 9, depth: 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Image.Load<Rgb24>(WithHeader(color, 0, 9)));
    }

    [Fact]
    public void A_bad_checksum_in_an_ancillary_chunk_is_overlooked()
    {
        byte[] file = new ReferencePng(9, 9, 3, 8, false, 1, transparency: true).ToBytes();
        int at = Find(file, "tRNS");
        byte[] broken = Flip(file, at + 4 + 256);
        using Image<Rgba32> image = Image.Load<Rgba32>(broken);
        Assert.Equal(9, image.Width);
        PngDecoderOptions strict = new() { PngCrcChunkHandling = PngCrcChunkHandling.IgnoreNone };
        using MemoryStream stream = new(broken);
        Assert.Throws<InvalidImageContentException>(() => PngDecoder.Instance.Decode<Rgba32>(strict, stream));
    }

    internal static byte[] WithHeader(byte[] file, int width, int height, byte depth = 8)
    {
        using MemoryStream changed = new();
        changed.Write(file.AsSpan(0, 8));
        byte[] header = file.AsSpan(16, 13).ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header, width);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = depth;
        ReferencePng.WriteChunk(changed, "IHDR", header);
        changed.Write(file.AsSpan(33));
        return changed.ToArray();
    }

    private static byte[] Flip(byte[] file, int position)
    {
        byte[] changed = [.. file];
        changed[position] ^= 0x40;
        return changed;
    }

    private static byte[] Without(byte[] file, string type)
    {
        int at = Find(file, type) - 4;
        int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)) + 12;
        return [.. file.AsSpan(0, at), .. file.AsSpan(at + length)];
    }

    private static int Find(byte[] file, string type) => file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(type));
}
