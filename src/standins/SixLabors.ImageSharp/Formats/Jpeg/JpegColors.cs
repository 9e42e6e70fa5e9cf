using System.Runtime.CompilerServices;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>Rows of components to rows of pixels.</summary>
internal static class JpegColors
{
    private const int Point = 16;
    private const int Half = 1 << (Point - 1);

    /// <summary>Full-range YCbCr (T.871): r = y + 1.402 cr, g = y − 0.344136 cb − 0.714136 cr, b = y + 1.772 cb, in 16 bits after the point.</summary>
    public static void FromYCbCr(ReadOnlySpan<byte> y, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<Rgb24> row)
    {
        y = y[..row.Length];
        cb = cb[..row.Length];
        cr = cr[..row.Length];
        for (int x = 0; x < row.Length; x++)
        {
            int blue = cb[x] - 128;
            int red = cr[x] - 128;
            row[x] = new Rgb24(
                Clamp(y[x] + (((91881 * red) + Half) >> Point)),
                Clamp(y[x] + (((-22554 * blue) - (46802 * red) + Half) >> Point)),
                Clamp(y[x] + (((116130 * blue) + Half) >> Point))
            );
        }
    }

    public static void FromRgb(ReadOnlySpan<byte> r, ReadOnlySpan<byte> g, ReadOnlySpan<byte> b, Span<Rgb24> row)
    {
        r = r[..row.Length];
        g = g[..row.Length];
        b = b[..row.Length];
        for (int x = 0; x < row.Length; x++)
        {
            row[x] = new Rgb24(r[x], g[x], b[x]);
        }
    }

    /// <summary>Ink as Adobe stores it, 255 being none, on white: each of red, green, blue is the ink × black / 255.</summary>
    public static void FromInvertedCmyk(
        ReadOnlySpan<byte> c,
        ReadOnlySpan<byte> m,
        ReadOnlySpan<byte> y,
        ReadOnlySpan<byte> k,
        Span<Rgb24> row
    )
    {
        FromRgb(c, m, y, row);
        for (int x = 0; x < row.Length; x++)
        {
            row[x] = new Rgb24(Shade(row[x].R, k[x]), Shade(row[x].G, k[x]), Shade(row[x].B, k[x]));
        }
    }

    /// <summary>As <see cref="FromInvertedCmyk"/>, the inks being the complement of what YCbCr gives.</summary>
    public static void FromInvertedYcck(
        ReadOnlySpan<byte> y,
        ReadOnlySpan<byte> cb,
        ReadOnlySpan<byte> cr,
        ReadOnlySpan<byte> k,
        Span<Rgb24> row
    )
    {
        FromYCbCr(y, cb, cr, row);
        for (int x = 0; x < row.Length; x++)
        {
            Rgb24 color = row[x];
            row[x] = new Rgb24(Shade((byte)~color.R, k[x]), Shade((byte)~color.G, k[x]), Shade((byte)~color.B, k[x]));
        }
    }

    private static byte Shade(byte ink, byte black) => (byte)(((ink * black) + 127) / 255);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);
}
