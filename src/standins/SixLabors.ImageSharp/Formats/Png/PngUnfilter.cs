using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Undoing the five filters. Reads and writes stay inside the spans; the target may not overlap the source.</summary>
internal static class PngUnfilter
{
    /// <exception cref="InvalidImageContentException">There is no such filter.</exception>
    public static void Row(byte filter, ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> prior, Span<byte> row, int distance)
    {
        switch (filter)
        {
            case 0:
                filtered.CopyTo(row);
                break;
            case 1:
                Sub(filtered, row, distance);
                break;
            case 2:
                Up(filtered, prior, row);
                break;
            case 3:
                Average(filtered, prior, row, distance);
                break;
            case 4:
                Paeth(filtered, prior, row, distance);
                break;
            default:
                throw new InvalidImageContentException($"A row of the PNG has filter {filter}; there are 0 to 4.");
        }
    }

    private static void Up(ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> prior, Span<byte> row)
    {
        prior = prior[..row.Length];
        filtered = filtered[..row.Length];
        int i = 0;
        for (; i <= row.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
        {
            (Vector256.Create(filtered[i..]) + Vector256.Create(prior[i..])).CopyTo(row[i..]);
        }
        for (; i < row.Length; i++)
        {
            row[i] = (byte)(filtered[i] + prior[i]);
        }
    }

    private static void Sub(ReadOnlySpan<byte> filtered, Span<byte> row, int distance)
    {
        filtered = filtered[..row.Length];
        int i = 0;
        if (distance >= 3)
        {
            Vector128<byte> left = default;
            for (; i <= row.Length - 8; i += distance)
            {
                left += Load(filtered, i);
                Store(left, row, i);
            }
        }
        for (; i < row.Length; i++)
        {
            row[i] = (byte)(filtered[i] + (i < distance ? 0 : row[i - distance]));
        }
    }

    private static void Average(ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> prior, Span<byte> row, int distance)
    {
        filtered = filtered[..row.Length];
        prior = prior[..row.Length];
        int i = 0;
        if (distance >= 3)
        {
            Vector128<byte> left = default;
            Vector128<byte> sevenBits = Vector128.Create((byte)0x7F);
            for (; i <= row.Length - 8; i += distance)
            {
                // floor((a + b) / 2) without carrying into a ninth bit
                Vector128<byte> above = Load(prior, i);
                Vector128<byte> mean = (left & above) + (Vector128.ShiftRightLogical((left ^ above).AsUInt16(), 1).AsByte() & sevenBits);
                left = Load(filtered, i) + mean;
                Store(left, row, i);
            }
        }
        for (; i < row.Length; i++)
        {
            row[i] = (byte)(filtered[i] + (((i < distance ? 0 : row[i - distance]) + prior[i]) >> 1));
        }
    }

    private static void Paeth(ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> prior, Span<byte> row, int distance)
    {
        filtered = filtered[..row.Length];
        prior = prior[..row.Length];
        int i = distance >= 3 ? PaethVectors(filtered, prior, row, distance) : 0;
        for (; i < row.Length; i++)
        {
            int left = i < distance ? 0 : row[i - distance];
            int corner = i < distance ? 0 : prior[i - distance];
            row[i] = (byte)(filtered[i] + Predict(left, prior[i], corner));
        }
    }

    /// <summary>One pixel a step, its bytes side by side in a vector; returns where the last few bytes begin.</summary>
    private static int PaethVectors(ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> prior, Span<byte> row, int distance)
    {
        int run = 32 / distance * distance;
        Vector128<short> lanes = Vector128.LessThan(Vector128<short>.Indices, Vector128.Create((short)distance));
        Vector128<short> left = default;
        Vector128<short> corner = default;
        int i = 0;
        while (i <= row.Length - 8)
        {
            // Where left and corner agree the prediction is the byte above, so a run of zeros copies the row above.
            if (
                ((left ^ corner) & lanes) == Vector128<short>.Zero
                && i <= row.Length - 32
                && Vector256.Create(filtered[i..]) == Vector256<byte>.Zero
            )
            {
                Vector256.Create(prior[i..]).CopyTo(row[i..]);
                i += run;
                int last = i - distance;
                left = corner = last <= row.Length - 8 ? Widen(Load(prior, last)) : default;
                continue;
            }
            Vector128<short> above = Widen(Load(prior, i));
            Vector128<short> toLeft = above - corner;
            Vector128<short> toAbove = left - corner;
            Vector128<short> toCorner = Vector128.Abs(toLeft + toAbove);
            toLeft = Vector128.Abs(toLeft);
            toAbove = Vector128.Abs(toAbove);
            Vector128<short> least = Vector128.Min(toCorner, Vector128.Min(toLeft, toAbove));
            Vector128<short> nearest = Vector128.ConditionalSelect(
                Vector128.Equals(least, toLeft),
                left,
                Vector128.ConditionalSelect(Vector128.Equals(least, toAbove), above, corner)
            );
            Vector128<byte> value = Vector128.Narrow(nearest.AsUInt16(), nearest.AsUInt16()) + Load(filtered, i);
            Store(value, row, i);
            corner = above;
            left = Widen(value);
            i += distance;
        }
        return i;
    }

    private static int Predict(int left, int above, int corner)
    {
        int toLeft = Math.Abs(above - corner);
        int toAbove = Math.Abs(left - corner);
        int toCorner = Math.Abs(left + above - (2 * corner));
        if (toLeft <= toAbove && toLeft <= toCorner)
        {
            return left;
        }
        return toAbove <= toCorner ? above : corner;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load(ReadOnlySpan<byte> bytes, int start) =>
        Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), start))).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<byte> value, Span<byte> bytes, int start) =>
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), start), value.AsUInt64().ToScalar());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Widen(Vector128<byte> bytes) => Vector128.WidenLower(bytes).AsInt16();
}
