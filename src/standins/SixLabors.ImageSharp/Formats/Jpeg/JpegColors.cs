using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>Rows of components to rows of pixels.</summary>
internal static class JpegColors
{
    private const int Point = 16;
    private const int Half = 1 << (Point - 1);
    private const int RedOfCr = 91881;
    private const int GreenOfCb = -22554;
    private const int GreenOfCr = -46802;
    private const int BlueOfCb = 116130;

    /// <summary>Full-range YCbCr (T.871): r = y + 1.402 cr, g = y − 0.344136 cb − 0.714136 cr, b = y + 1.772 cb, in 16 bits after the point.</summary>
    public static void FromYCbCr(ReadOnlySpan<byte> y, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<Rgb24> row)
    {
        y = y[..row.Length];
        cb = cb[..row.Length];
        cr = cr[..row.Length];
        int x = 0;

        // A vector's pixels are written as overlapping words of four bytes, hence one pixel must come after them.
        for (; x < row.Length - Vector256<int>.Count; x += Vector256<int>.Count)
        {
            WriteVector(Widen(y[x..]), Widen(cb[x..]) - Vector256.Create(128), Widen(cr[x..]) - Vector256.Create(128), row[x..]);
        }
        for (; x < row.Length; x++)
        {
            int blue = cb[x] - 128;
            int red = cr[x] - 128;
            row[x] = new Rgb24(
                Clamp(y[x] + (((RedOfCr * red) + Half) >> Point)),
                Clamp(y[x] + (((GreenOfCb * blue) + (GreenOfCr * red) + Half) >> Point)),
                Clamp(y[x] + (((BlueOfCb * blue) + Half) >> Point))
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteVector(Vector256<int> y, Vector256<int> blue, Vector256<int> red, Span<Rgb24> row)
    {
        Vector256<int> half = Vector256.Create(Half);
        Vector256<int> r = Clamp(y + (((red * RedOfCr) + half) >> Point));
        Vector256<int> g = Clamp(y + (((blue * GreenOfCb) + (red * GreenOfCr) + half) >> Point));
        Vector256<int> b = Clamp(y + (((blue * BlueOfCb) + half) >> Point));
        Vector256<int> pixels = r | (g << 8) | (b << 16);
        Span<byte> bytes = MemoryMarshal.AsBytes(row[..(Vector256<int>.Count + 1)]);
        for (int i = 0; i < Vector256<int>.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(3 * i)..], pixels[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Widen(ReadOnlySpan<byte> samples)
    {
        Vector128<byte> eight = Vector128.CreateScalar(BinaryPrimitives.ReadUInt64LittleEndian(samples)).AsByte();
        return Vector256.WidenLower(Vector128.WidenLower(eight).ToVector256()).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Clamp(Vector256<int> values) =>
        Vector256.Min(Vector256.Max(values, Vector256<int>.Zero), Vector256.Create(255));

    private static byte Shade(byte ink, byte black) => (byte)(((ink * black) + 127) / 255);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);
}
