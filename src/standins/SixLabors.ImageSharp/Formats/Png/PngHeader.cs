using System.Buffers.Binary;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>The content of IHDR, valid by construction.</summary>
internal readonly record struct PngHeader
{
    public const int Length = 13;

    public PngHeader(int width, int height, int bitDepth, PngColorType colorType, bool interlaced)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        bool allowed = colorType switch
        {
            PngColorType.Grayscale => bitDepth is 1 or 2 or 4 or 8 or 16,
            PngColorType.Palette => bitDepth is 1 or 2 or 4 or 8,
            PngColorType.Rgb or PngColorType.GrayscaleWithAlpha or PngColorType.RgbWithAlpha => bitDepth is 8 or 16,
            _ => throw new NotSupportedException($"PNG colour type {(int)colorType} does not exist."),
        };
        if (!allowed)
        {
            throw new NotSupportedException($"PNG colour type {colorType} does not come with {bitDepth} bits.");
        }
        (Width, Height, BitDepth, ColorType, Interlaced) = (width, height, bitDepth, colorType, interlaced);
    }

    public int Width { get; }

    public int Height { get; }

    public int BitDepth { get; }

    public PngColorType ColorType { get; }

    public bool Interlaced { get; }

    public int Channels =>
        ColorType switch
        {
            PngColorType.Rgb => 3,
            PngColorType.RgbWithAlpha => 4,
            PngColorType.GrayscaleWithAlpha => 2,
            _ => 1,
        };

    public int BitsPerPixel => Channels * BitDepth;

    /// <summary>The distance, in bytes, to the byte that filters compare with.</summary>
    public int FilterDistance => Math.Max(1, BitsPerPixel / 8);

    /// <summary>The bytes of all rows, filter bytes included.</summary>
    public Int128 FilteredLength
    {
        get
        {
            Int128 total = 0;
            foreach (PngPass pass in Passes)
            {
                total += (Int128)pass.Height * (1 + RowBytes(pass.Width));
            }
            return total;
        }
    }

    public PngPass[] Passes => Interlaced ? PngPass.Adam7(Width, Height) : [PngPass.Whole(Width, Height)];

    /// <summary>The bytes of a row of that many pixels, without its filter byte.</summary>
    public long RowBytes(int width) => (((long)width * BitsPerPixel) + 7) / 8;

    public static PngHeader Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length != Length)
        {
            throw new InvalidImageContentException($"IHDR has {data.Length} bytes instead of {Length}.");
        }
        if (data[10] != 0 || data[11] != 0)
        {
            throw new NotSupportedException($"PNG compression method {data[10]} and filter method {data[11]} do not exist.");
        }
        if (data[12] > 1)
        {
            throw new NotSupportedException($"PNG interlace method {data[12]} does not exist.");
        }
        int width = BinaryPrimitives.ReadInt32BigEndian(data);
        int height = BinaryPrimitives.ReadInt32BigEndian(data[4..]);
        return new PngHeader(width, height, data[8], (PngColorType)data[9], data[12] == 1);
    }

    public void Write(Span<byte> data)
    {
        BinaryPrimitives.WriteInt32BigEndian(data, Width);
        BinaryPrimitives.WriteInt32BigEndian(data[4..], Height);
        data[8] = (byte)BitDepth;
        data[9] = (byte)ColorType;
        data[10] = data[11] = 0;
        data[12] = Interlaced ? (byte)1 : (byte)0;
    }
}
