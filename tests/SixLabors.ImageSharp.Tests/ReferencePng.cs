using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Tests;

/// <summary>
/// A PNG written in the plainest way, sample by sample, together with the 8-bit RGBA pixels that a reader must get from it.
/// </summary>
internal sealed class ReferencePng
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
    [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];

    private readonly int[][] samples;
    private readonly byte[] palette;
    private readonly byte[] paletteAlpha;

    public ReferencePng(int width, int height, int colorType, int depth, bool interlaced, int seed, bool transparency = false)
    {
        (Width, Height, ColorType, Depth, Interlaced, Transparency) = (width, height, colorType, depth, interlaced, transparency);
        Random random = new(seed);
        palette = new byte[3 * (1 << Math.Min(depth, 8))];
        paletteAlpha = new byte[palette.Length / 3];
        random.NextBytes(palette);
        random.NextBytes(paletteAlpha);
        samples = [.. Enumerable.Range(0, width * height).Select(_ => RandomPixel(random))];
    }

    public int Width { get; }

    public int Height { get; }

    public int ColorType { get; }

    public int Depth { get; }

    public bool Interlaced { get; }

    public bool Transparency { get; }

    private int Channels =>
        ColorType switch
        {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };

    /// <summary>What a reader must get at each pixel, row by row.</summary>
    public Rgba32[] Expected() => [.. samples.Select(Expected)];

    /// <summary>
    /// The file. Filters cycle through the rows from <paramref name="firstFilter"/> on; pixel data are cut into IDATs of that size.
    /// </summary>
    public byte[] ToBytes(int firstFilter = 0, int dataChunk = int.MaxValue)
    {
        using MemoryStream file = new();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9], header[12]) = ((byte)Depth, (byte)ColorType, (byte)(Interlaced ? 1 : 0));
        WriteChunk(file, "IHDR", header);
        if (ColorType == 3)
        {
            WriteChunk(file, "PLTE", palette);
        }
        if (Transparency)
        {
            WriteChunk(file, "tRNS", ColorType == 3 ? paletteAlpha : [.. ColorKey().SelectMany(v => new[] { (byte)(v >> 8), (byte)v })]);
        }
        foreach (byte[] part in Compress(Filtered(firstFilter)).Chunk(dataChunk))
        {
            WriteChunk(file, "IDAT", part);
        }
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>Writes a chunk with its length and checksum.</summary>
    public static void WriteChunk(Stream file, string type, byte[] data)
    {
        byte[] body = [.. Encoding.Latin1.GetBytes(type), .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        file.Write(number);
    }

    public static byte[] Compress(byte[] data)
    {
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Optimal))
        {
            zlib.Write(data);
        }
        return compressed.ToArray();
    }

    private static uint Crc(byte[] data)
    {
        uint crc = ~0u;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }
        return ~crc;
    }

    private int[] ColorKey() => samples[samples.Length / 2];

    private int[] RandomPixel(Random random)
    {
        // Few distinct values, so that colour keys match more than one pixel and Paeth meets ties.
        int largest = (1 << Depth) - 1;
        return [.. Enumerable.Range(0, Channels).Select(_ => random.Next(3) == 0 ? random.Next(largest + 1) : random.Next(2) * largest)];
    }

    private Rgba32 Expected(int[] pixel)
    {
        bool isKey = Transparency && ColorType is 0 or 2 && pixel.AsSpan().SequenceEqual(ColorKey());
        byte keyed = isKey && Transparency ? (byte)0 : (byte)255;
        return ColorType switch
        {
            0 => new Rgba32(Narrow(pixel[0]), Narrow(pixel[0]), Narrow(pixel[0]), keyed),
            2 => new Rgba32(Narrow(pixel[0]), Narrow(pixel[1]), Narrow(pixel[2]), keyed),
            3 => new Rgba32(
                palette[3 * pixel[0]],
                palette[(3 * pixel[0]) + 1],
                palette[(3 * pixel[0]) + 2],
                Transparency ? paletteAlpha[pixel[0]] : (byte)255
            ),
            4 => new Rgba32(Narrow(pixel[0]), Narrow(pixel[0]), Narrow(pixel[0]), Narrow(pixel[1])),
            _ => new Rgba32(Narrow(pixel[0]), Narrow(pixel[1]), Narrow(pixel[2]), Narrow(pixel[3])),
        };
    }

    private byte Narrow(int sample) => (byte)Math.Floor((sample * 255.0 / ((1 << Depth) - 1)) + 0.5);

    private byte[] Filtered(int firstFilter)
    {
        List<byte> all = [];
        int filter = firstFilter;
        foreach ((int x, int y, int stepX, int stepY) in Interlaced ? Adam7 : [(0, 0, 1, 1)])
        {
            byte[]? prior = null;
            for (int row = y; row < Height && x < Width; row += stepY)
            {
                byte[] packed = Pack(
                    Enumerable
                        .Range(0, Width)
                        .Where(column => column >= x && (column - x) % stepX == 0)
                        .Select(column => samples[(row * Width) + column])
                );
                all.Add((byte)(filter % 5));
                all.AddRange(Filter(filter % 5, packed, prior ?? new byte[packed.Length]));
                prior = packed;
                filter++;
            }
        }
        return [.. all];
    }

    private byte[] Pack(IEnumerable<int[]> pixels)
    {
        string bits = string.Concat(pixels.SelectMany(pixel => pixel).Select(sample => Convert.ToString(sample, 2).PadLeft(Depth, '0')));
        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '0');
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(8 * i, 8), 2))];
    }

    private IEnumerable<byte> Filter(int filter, byte[] row, byte[] prior)
    {
        int distance = Math.Max(1, Channels * Depth / 8);
        for (int i = 0; i < row.Length; i++)
        {
            int left = i < distance ? 0 : row[i - distance];
            int corner = i < distance ? 0 : prior[i - distance];
            int predicted = filter switch
            {
                0 => 0,
                1 => left,
                2 => prior[i],
                3 => (left + prior[i]) / 2,
                _ => Paeth(left, prior[i], corner),
            };
            yield return (byte)(row[i] - predicted);
        }
    }

    private static int Paeth(int left, int above, int corner)
    {
        int estimate = left + above - corner;
        return new[] { left, above, corner }.MinBy(candidate => Math.Abs(estimate - candidate));
    }
}
