using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Pixels;

/// <summary>Conversion of runs of pixels between formats; the type tests are resolved by the compiler, once a format.</summary>
internal static class PixelRows
{
    public static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to)
        where TFrom : unmanaged, IPixel<TFrom>
        where TTo : unmanaged, IPixel<TTo>
    {
        if (typeof(TFrom) == typeof(TTo))
        {
            MemoryMarshal.Cast<TFrom, TTo>(from).CopyTo(to);
            return;
        }
        to = to[..from.Length];
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = Convert<TFrom, TTo>(from[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo Convert<TFrom, TTo>(TFrom from)
        where TFrom : unmanaged, IPixel<TFrom>
        where TTo : unmanaged, IPixel<TTo>
    {
        TTo to = default;
        if (typeof(TFrom) == typeof(L8))
        {
            to.FromL8(Unsafe.BitCast<TFrom, L8>(from));
        }
        else if (typeof(TFrom) == typeof(Rgb24))
        {
            to.FromRgb24(Unsafe.BitCast<TFrom, Rgb24>(from));
        }
        else
        {
            Rgba32 rgba = default;
            from.ToRgba32(ref rgba);
            to.FromRgba32(rgba);
        }
        return to;
    }
}
