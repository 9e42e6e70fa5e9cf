using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Pixels;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Turns the samples of a row, of any colour type and depth, into pixels.</summary>
internal sealed class RowExpander<TPixel>
    where TPixel : unmanaged, IPixel<TPixel>
{
    private readonly PngHeader header;
    private readonly TPixel[] colors;
    private readonly (ushort R, ushort G, ushort B)? colorKey;
    private byte[] narrowed = [];
    private TPixel[] scratch = [];

    public RowExpander(PngChunks chunks)
    {
        header = chunks.Header;
        colorKey = ColorKey(chunks);
        colors = header.ColorType switch
        {
            PngColorType.Palette => PaletteColors(chunks),
            PngColorType.Grayscale when header.BitDepth <= 8 => GrayColors(),
            _ => [],
        };
    }

    /// <summary>The pixels of a row, valid until the next call.</summary>
    public ReadOnlySpan<TPixel> Expand(ReadOnlySpan<byte> samples, int width)
    {
        if (scratch.Length < width)
        {
            scratch = new TPixel[width];
        }
        Expand(samples, scratch.AsSpan(0, width));
        return scratch.AsSpan(0, width);
    }

    public void Expand(ReadOnlySpan<byte> samples, Span<TPixel> row)
    {
        if (colors.Length > 0)
        {
            LookUp(samples, row);
            return;
        }
        ReadOnlySpan<byte> bytes = header.BitDepth == 16 ? Narrow(samples) : samples;
        switch (header.ColorType)
        {
            case PngColorType.Grayscale:
                PixelRows.Convert(MemoryMarshal.Cast<byte, L8>(bytes), row);
                break;
            case PngColorType.Rgb:
                PixelRows.Convert(MemoryMarshal.Cast<byte, Rgb24>(bytes), row);
                break;
            case PngColorType.RgbWithAlpha:
                PixelRows.Convert(MemoryMarshal.Cast<byte, Rgba32>(bytes), row);
                break;
            default:
                ExpandGrayWithAlpha(bytes, row);
                break;
        }
        if (colorKey is { } key && typeof(TPixel) == typeof(Rgba32))
        {
            ApplyColorKey(samples, key, MemoryMarshal.Cast<TPixel, Rgba32>(row));
        }
    }

    /// <summary>16 bits to 8, to the nearest: v·255/65535.</summary>
    private static byte Narrow(int sample) => (byte)(((sample * 255) + 32895) >> 16);

    private ReadOnlySpan<byte> Narrow(ReadOnlySpan<byte> samples)
    {
        int count = samples.Length / 2;
        if (narrowed.Length < count)
        {
            narrowed = new byte[count];
        }
        for (int i = 0; i < count; i++)
        {
            narrowed[i] = Narrow(BinaryPrimitives.ReadUInt16BigEndian(samples[(2 * i)..]));
        }
        return narrowed.AsSpan(0, count);
    }

    private void LookUp(ReadOnlySpan<byte> samples, Span<TPixel> row)
    {
        int depth = header.BitDepth;
        int mask = (1 << depth) - 1;
        int perByte = 8 / depth;
        TPixel[] table = colors;
        for (int x = 0; x < row.Length; x++)
        {
            int shift = 8 - depth - ((x % perByte) * depth);
            int index = (samples[x / perByte] >> shift) & mask;
            if (index >= table.Length)
            {
                throw new InvalidImageContentException($"A pixel has palette index {index}; the palette has {table.Length} entries.");
            }
            row[x] = table[index];
        }
    }

    private static void ExpandGrayWithAlpha(ReadOnlySpan<byte> bytes, Span<TPixel> row)
    {
        for (int x = 0; x < row.Length; x++)
        {
            byte gray = bytes[2 * x];
            row[x].FromRgba32(new Rgba32(gray, gray, gray, bytes[(2 * x) + 1]));
        }
    }

    private void ApplyColorKey(ReadOnlySpan<byte> samples, (ushort R, ushort G, ushort B) key, Span<Rgba32> row)
    {
        int channels = header.Channels;
        for (int x = 0; x < row.Length; x++)
        {
            int first = x * channels;
            bool matches =
                Sample(samples, first) == key.R
                && (channels == 1 || (Sample(samples, first + 1) == key.G && Sample(samples, first + 2) == key.B));
            if (matches)
            {
                row[x].A = 0;
            }
        }
    }

    private int Sample(ReadOnlySpan<byte> samples, int index) =>
        header.BitDepth == 16 ? BinaryPrimitives.ReadUInt16BigEndian(samples[(2 * index)..]) : samples[index];

    private static (ushort R, ushort G, ushort B)? ColorKey(PngChunks chunks)
    {
        ReadOnlySpan<byte> key = chunks.Transparency;
        return chunks.Header.ColorType switch
        {
            PngColorType.Grayscale when key.Length >= 2 => (BinaryPrimitives.ReadUInt16BigEndian(key), 0, 0),
            PngColorType.Rgb when key.Length >= 6 => (
                BinaryPrimitives.ReadUInt16BigEndian(key),
                BinaryPrimitives.ReadUInt16BigEndian(key[2..]),
                BinaryPrimitives.ReadUInt16BigEndian(key[4..])
            ),
            _ => null,
        };
    }

    private static TPixel[] PaletteColors(PngChunks chunks)
    {
        TPixel[] colors = new TPixel[chunks.Palette.Length / 3];
        for (int i = 0; i < colors.Length; i++)
        {
            ReadOnlySpan<byte> rgb = chunks.Palette.Slice(3 * i, 3);
            byte alpha = i < chunks.Transparency.Length ? chunks.Transparency[i] : (byte)255;
            colors[i].FromRgba32(new Rgba32(rgb[0], rgb[1], rgb[2], alpha));
        }
        return colors;
    }

    private TPixel[] GrayColors()
    {
        TPixel[] colors = new TPixel[1 << header.BitDepth];
        for (int i = 0; i < colors.Length; i++)
        {
            byte gray = (byte)(i * 255 / (colors.Length - 1));
            colors[i].FromRgba32(new Rgba32(gray, gray, gray, i == colorKey?.R ? (byte)0 : (byte)255));
        }
        return colors;
    }
}
