using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SixLabors.ImageSharp.PixelFormats;
using VlmQ.Tests.Shared;

namespace SixLabors.ImageSharp.Tests;

/// <summary>Damaged files end in an image or a documented exception, soon and in little memory.</summary>
public sealed class StandInPngMutationTests
{
    private const int SignatureLength = 8;
    private const int ChunkOverhead = 12;
    private const long Mebibyte = 1 << 20;

    /// <summary>Deflate makes up to 1032 bytes of one.</summary>
    private const long LargestExpansion = 1032;

    [Fact]
    public async Task Mutated_files_end_in_an_image_or_a_documented_exception()
    {
        byte[][] originals =
        [
            new ReferencePng(17, 9, 2, 8, false, 1).ToBytes(4),
            new ReferencePng(17, 9, 3, 4, true, 2, transparency: true).ToBytes(1),
            new ReferencePng(17, 9, 0, 16, true, 3, transparency: true).ToBytes(3),
            new ReferencePng(17, 9, 6, 8, false, 4).ToBytes(0, dataChunk: 50),
            new ReferencePng(40, 3, 0, 1, false, 5).ToBytes(2),
        ];
        Assert.All(originals, Read);
        int refused = await Fuzz.RunAsync(originals, Read, IsClean, Budget, Mutate);
        Assert.InRange(refused, Fuzz.Mutations / 3, Fuzz.Mutations);
    }

    [Fact]
    public async Task Every_length_that_a_chunk_can_claim_is_refused_without_memory_for_it()
    {
        byte[] original = new ReferencePng(17, 9, 3, 8, false, 1).ToBytes();
        foreach ((int start, int length) in Chunks(original))
        {
            foreach (ulong claim in Mutations.Extremes.Where(claim => claim <= uint.MaxValue && claim != (ulong)length))
            {
                byte[] hostile = [.. original];
                BinaryPrimitives.WriteUInt32BigEndian(hostile.AsSpan(start), (uint)claim);
                Assert.False(await Fuzz.TryAsync(hostile, start, Read, IsClean, _ => Mebibyte));
            }
        }
    }

    [Theory]
    [InlineData(int.MaxValue, int.MaxValue, 1)]
    [InlineData(int.MaxValue, 1, 16)]
    [InlineData(1, int.MaxValue, 8)]
    [InlineData(60_000, 60_000, 1)]
    public async Task A_header_that_claims_more_pixels_than_the_data_can_hold_is_refused_without_memory_for_them(
        int width,
        int height,
        byte depth
    )
    {
        byte[] original = new ReferencePng(17, 9, 0, 8, false, 1).ToBytes();
        byte[] hostile = PngDecodeTests.WithHeader(original, width, height, depth);
        Assert.False(await Fuzz.TryAsync(hostile, 0, Read, IsClean, _ => Mebibyte));
    }

    [Fact]
    public async Task Pixel_data_that_go_on_without_end_are_not_inflated_past_the_image()
    {
        using MemoryStream file = new();
        file.Write(new ReferencePng(2, 2, 0, 8, false, 1).ToBytes().AsSpan(0, SignatureLength + ChunkOverhead + 13));
        ReferencePng.WriteChunk(file, "IDAT", Bomb());
        ReferencePng.WriteChunk(file, "IEND", []);
        Assert.True(await Fuzz.TryAsync(file.ToArray(), 0, Read, IsClean, _ => 2 * Mebibyte));
    }

    [Theory]
    [InlineData("zTXt", "Comment\0\0")]
    [InlineData("iTXt", "Comment\0\u0001\0\0\0")]
    [InlineData("iCCP", "profile\0\0")]
    public async Task Compressed_chunks_beside_the_pixels_are_not_inflated(string type, string start)
    {
        byte[] original = new ReferencePng(2, 2, 0, 8, false, 1).ToBytes();
        int data = SignatureLength + ChunkOverhead + 13;
        using MemoryStream file = new();
        file.Write(original.AsSpan(0, data));
        ReferencePng.WriteChunk(file, type, [.. Encoding.Latin1.GetBytes(start), .. Bomb()]);
        file.Write(original.AsSpan(data));
        Assert.True(await Fuzz.TryAsync(file.ToArray(), 0, Read, IsClean, _ => 2 * Mebibyte));
    }

    private static void Read(byte[] file)
    {
        ImageInfo info = Image.Identify(file);
        using Image<Rgba32> image = Image.Load<Rgba32>(file);
        Assert.Equal(info.Size, image.Size);
    }

    private static bool IsClean(Exception thrown) => thrown is ImageFormatException or NotSupportedException or ArgumentOutOfRangeException;

    /// <summary>
    /// Eight pixels of four bytes for each bit that inflating can make, twice over because buffers come in powers of two; and a block of
    /// rows.
    /// </summary>
    private static long Budget(int length) => (4 * Mebibyte) + (2 * LargestExpansion * 8 * 4 * length);

    private static byte[] Bomb() => ReferencePng.Compress(new byte[64 * Mebibyte]);

    /// <summary>Damages the file; or the file, whose checksums are then put right; or one chunk; or the pixels before they are compressed.</summary>
    private static byte[] Mutate(byte[] original, int seed) =>
        (seed / 5 % 4) switch
        {
            0 => Mutations.Of(original, seed),
            1 => WithChecksums(Mutations.Of(original, seed)),
            2 => WithOneChunkDamaged(original, seed),
            _ => WithPixelsDamaged(original, seed),
        };

    /// <summary>Where the chunks begin, and how long their data are, up to the first that is not whole.</summary>
    private static List<(int Start, int Length)> Chunks(byte[] file)
    {
        List<(int, int)> chunks = [];
        for (int at = SignatureLength; at + ChunkOverhead <= file.Length; )
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - ChunkOverhead)
            {
                break;
            }
            chunks.Add((at, (int)length));
            at += ChunkOverhead + (int)length;
        }
        return chunks;
    }

    private static string TypeOf(byte[] file, int start) => Encoding.Latin1.GetString(file, start + 4, 4);

    private static byte[] DataOf(byte[] file, (int Start, int Length) chunk) => [.. file.AsSpan(chunk.Start + 8, chunk.Length)];

    private static byte[] WithChecksums(byte[] file)
    {
        List<(int Start, int Length)> chunks = Chunks(file);
        using MemoryStream repaired = new();
        repaired.Write(file.AsSpan(0, Math.Min(SignatureLength, file.Length)));
        foreach ((int Start, int Length) chunk in chunks)
        {
            ReferencePng.WriteChunk(repaired, TypeOf(file, chunk.Start), DataOf(file, chunk));
        }
        repaired.Write(file.AsSpan((int)repaired.Length));
        return repaired.ToArray();
    }

    private static byte[] WithOneChunkDamaged(byte[] file, int seed)
    {
        List<(int Start, int Length)> chunks = Chunks(file);
        (int Start, int Length) damaged = chunks[seed / 20 % chunks.Count];
        using MemoryStream repaired = new();
        repaired.Write(file.AsSpan(0, SignatureLength));
        foreach ((int Start, int Length) chunk in chunks)
        {
            byte[] data = DataOf(file, chunk);
            ReferencePng.WriteChunk(repaired, TypeOf(file, chunk.Start), chunk == damaged ? Mutations.Of(data, seed) : data);
        }
        return repaired.ToArray();
    }

    private static byte[] WithPixelsDamaged(byte[] file, int seed)
    {
        List<(int Start, int Length)> chunks = Chunks(file);
        byte[] compressed = [.. chunks.Where(chunk => TypeOf(file, chunk.Start) == "IDAT").SelectMany(chunk => DataOf(file, chunk))];
        using MemoryStream pixels = new();
        using (ZLibStream inflater = new(new MemoryStream(compressed), CompressionMode.Decompress))
        {
            inflater.CopyTo(pixels);
        }
        using MemoryStream repaired = new();
        repaired.Write(file.AsSpan(0, SignatureLength));
        bool written = false;
        foreach ((int Start, int Length) chunk in chunks)
        {
            bool isData = TypeOf(file, chunk.Start) == "IDAT";
            if (!isData || !written)
            {
                byte[] data = isData ? ReferencePng.Compress(Mutations.Of(pixels.ToArray(), seed)) : DataOf(file, chunk);
                ReferencePng.WriteChunk(repaired, TypeOf(file, chunk.Start), data);
                written |= isData;
            }
        }
        return repaired.ToArray();
    }
}
