using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Pixels;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Turns pixels into the samples of a row, of any colour type and depth.</summary>
internal sealed class RowPacker<TPixel>(PngHeader header, PaletteIndex? palette)
    where TPixel : unmanaged, IPixel<TPixel>
{
    private readonly TPixel[] picked = header.Interlaced ? new TPixel[header.Width] : [];
    private readonly byte[] samples = new byte[header.Width * header.Channels];
    private readonly byte[] packed = header.BitDepth == 8 ? [] : new byte[header.RowBytes(header.Width)];

    /// <summary>The samples of a pass's part of a row, valid until the next call.</summary>
    public ReadOnlySpan<byte> Pack(ReadOnlySpan<TPixel> row, PngPass pass)
    {
        if (header.Interlaced)
        {
            row = Pick(row, pass);
        }
        ReadOnlySpan<byte> bytes = ToSamples(row);
        return header.BitDepth switch
        {
            8 => bytes,
            16 => Widen(bytes),
            _ => PackBits(bytes),
        };
    }

    private ReadOnlySpan<TPixel> Pick(ReadOnlySpan<TPixel> row, PngPass pass)
    {
        for (int x = 0; x < pass.Width; x++)
        {
            picked[x] = row[pass.X + (x * pass.StepX)];
        }
        return picked.AsSpan(0, pass.Width);
    }

    private ReadOnlySpan<byte> ToSamples(ReadOnlySpan<TPixel> row)
    {
        Span<byte> target = samples.AsSpan(0, row.Length * header.Channels);
        switch (header.ColorType)
        {
            case PngColorType.Palette:
                palette!.Look(row, target);
                return target;
            case PngColorType.Grayscale:
                return As<L8>(row, target);
            case PngColorType.Rgb:
                return As<Rgb24>(row, target);
            case PngColorType.RgbWithAlpha:
                return As<Rgba32>(row, target);
            default:
                GrayWithAlpha(row, target);
                return target;
        }
    }

    private static ReadOnlySpan<byte> As<TSample>(ReadOnlySpan<TPixel> row, Span<byte> target)
        where TSample : unmanaged, IPixel<TSample>
    {
        if (typeof(TSample) == typeof(TPixel))
        {
            return MemoryMarshal.AsBytes(row);
        }
        PixelRows.Convert(row, MemoryMarshal.Cast<byte, TSample>(target));
        return target;
    }

    private static void GrayWithAlpha(ReadOnlySpan<TPixel> row, Span<byte> target)
    {
        for (int x = 0; x < row.Length; x++)
        {
            Rgba32 color = default;
            row[x].ToRgba32(ref color);
            target[2 * x] = L8.Luminance(color.R, color.G, color.B);
            target[(2 * x) + 1] = color.A;
        }
    }

    private ReadOnlySpan<byte> Widen(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            packed[2 * i] = packed[(2 * i) + 1] = bytes[i];
        }
        return packed.AsSpan(0, 2 * bytes.Length);
    }

    private ReadOnlySpan<byte> PackBits(ReadOnlySpan<byte> bytes)
    {
        int depth = header.BitDepth;
        int largest = (1 << depth) - 1;
        int perByte = 8 / depth;
        Span<byte> target = packed.AsSpan(0, (int)header.RowBytes(bytes.Length));
        target.Clear();
        for (int i = 0; i < bytes.Length; i++)
        {
            int value = header.ColorType == PngColorType.Palette ? bytes[i] : ((bytes[i] * largest) + 127) / 255;
            target[i / perByte] |= (byte)(value << (8 - depth - ((i % perByte) * depth)));
        }
        return target;
    }
}
