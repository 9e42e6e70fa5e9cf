using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>
/// The 8 × 8 inverse discrete cosine transform, by the algorithm of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in integers with
/// 13 bits after the point, columns first, rounded to 2 extra bits between the passes: the arithmetic of the common decoders' accurate
/// integer transform, so that samples come out equal to theirs.
/// </summary>
internal static class InverseDct
{
    private const int ConstantBits = 13;
    private const int ExtraBits = 2;

    /// <summary>Dequantizes and transforms a block.</summary>
    /// <param name="coefficients">64, by rows.</param>
    /// <param name="quantization">64, by rows.</param>
    /// <param name="plane">Gets 8 rows of 8 samples.</param>
    /// <param name="stride">From one row to the next.</param>
    public static void Transform(ReadOnlySpan<short> coefficients, ReadOnlySpan<int> quantization, Span<byte> plane, int stride)
    {
        ref short from = ref MemoryMarshal.GetReference(coefficients[..64]);
        ref int factors = ref MemoryMarshal.GetReference(quantization[..64]);
        Vector256<int> v0 = Row(ref from, ref factors, 0);
        Vector256<int> v1 = Row(ref from, ref factors, 1);
        Vector256<int> v2 = Row(ref from, ref factors, 2);
        Vector256<int> v3 = Row(ref from, ref factors, 3);
        Vector256<int> v4 = Row(ref from, ref factors, 4);
        Vector256<int> v5 = Row(ref from, ref factors, 5);
        Vector256<int> v6 = Row(ref from, ref factors, 6);
        Vector256<int> v7 = Row(ref from, ref factors, 7);
        Pass(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7, ConstantBits - ExtraBits);
        Transpose(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
        Pass(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7, ConstantBits + ExtraBits + 3);
        Transpose(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
        ref byte to = ref MemoryMarshal.GetReference(plane[..((7 * stride) + 8)]);
        Store(v0, ref to);
        Store(v1, ref Unsafe.Add(ref to, stride));
        Store(v2, ref Unsafe.Add(ref to, 2 * stride));
        Store(v3, ref Unsafe.Add(ref to, 3 * stride));
        Store(v4, ref Unsafe.Add(ref to, 4 * stride));
        Store(v5, ref Unsafe.Add(ref to, 5 * stride));
        Store(v6, ref Unsafe.Add(ref to, 6 * stride));
        Store(v7, ref Unsafe.Add(ref to, 7 * stride));
    }

    /// <summary>The same for a block whose first coefficient alone is not 0.</summary>
    public static void TransformFlat(int coefficient, int factor, Span<byte> plane, int stride)
    {
        int level = (((coefficient * factor) << ExtraBits) + (1 << (ExtraBits + 2))) >> (ExtraBits + 3);
        byte sample = (byte)Math.Clamp(level + 128, 0, 255);
        for (int y = 0; y < 8; y++)
        {
            plane.Slice(y * stride, 8).Fill(sample);
        }
    }

    /// <summary>Eight transforms of 8 values at once: vector i holds value i of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pass(
        ref Vector256<int> v0,
        ref Vector256<int> v1,
        ref Vector256<int> v2,
        ref Vector256<int> v3,
        ref Vector256<int> v4,
        ref Vector256<int> v5,
        ref Vector256<int> v6,
        ref Vector256<int> v7,
        int shift
    )
    {
        Vector256<int> rounding = Vector256.Create(1 << (shift - 1));

        Vector256<int> even = (v2 + v6) * Vector256.Create(4433); // 0.541196100
        Vector256<int> even2 = even - (v6 * Vector256.Create(15137)); // 1.847759065
        Vector256<int> even3 = even + (v2 * Vector256.Create(6270)); // 0.765366865
        Vector256<int> sum = ((v0 + v4) << ConstantBits) + rounding;
        Vector256<int> difference = ((v0 - v4) << ConstantBits) + rounding;
        Vector256<int> a0 = sum + even3;
        Vector256<int> a3 = sum - even3;
        Vector256<int> a1 = difference + even2;
        Vector256<int> a2 = difference - even2;

        Vector256<int> z1 = (v7 + v1) * Vector256.Create(-7373); // 0.899976223
        Vector256<int> z2 = (v5 + v3) * Vector256.Create(-20995); // 2.562915447
        Vector256<int> z3 = v7 + v3;
        Vector256<int> z4 = v5 + v1;
        Vector256<int> z5 = (z3 + z4) * Vector256.Create(9633); // 1.175875602
        z3 = (z3 * Vector256.Create(-16069)) + z5; // 1.961570560
        z4 = (z4 * Vector256.Create(-3196)) + z5; // 0.390180644
        Vector256<int> odd0 = (v7 * Vector256.Create(2446)) + z1 + z3; // 0.298631336
        Vector256<int> odd1 = (v5 * Vector256.Create(16819)) + z2 + z4; // 2.053119869
        Vector256<int> odd2 = (v3 * Vector256.Create(25172)) + z2 + z3; // 3.072711026
        Vector256<int> odd3 = (v1 * Vector256.Create(12299)) + z1 + z4; // 1.501321110

        v0 = (a0 + odd3) >> shift;
        v7 = (a0 - odd3) >> shift;
        v1 = (a1 + odd2) >> shift;
        v6 = (a1 - odd2) >> shift;
        v2 = (a2 + odd1) >> shift;
        v5 = (a2 - odd1) >> shift;
        v3 = (a3 + odd0) >> shift;
        v4 = (a3 - odd0) >> shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        ref Vector256<int> v0,
        ref Vector256<int> v1,
        ref Vector256<int> v2,
        ref Vector256<int> v3,
        ref Vector256<int> v4,
        ref Vector256<int> v5,
        ref Vector256<int> v6,
        ref Vector256<int> v7
    )
    {
        // Pairs, then fours, then halves.
        (Vector256<int> a0, Vector256<int> a1) = Interleave(v0, v1);
        (Vector256<int> a2, Vector256<int> a3) = Interleave(v2, v3);
        (Vector256<int> a4, Vector256<int> a5) = Interleave(v4, v5);
        (Vector256<int> a6, Vector256<int> a7) = Interleave(v6, v7);
        (v0, v4) = Halves(Low(a0, a2), Low(a4, a6));
        (v1, v5) = Halves(High(a0, a2), High(a4, a6));
        (v2, v6) = Halves(Low(a1, a3), Low(a5, a7));
        (v3, v7) = Halves(High(a1, a3), High(a5, a7));
    }

    // The places of 32-bit numbers: within each half, one from the first, one from the second.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<int> Low, Vector256<int> High) Interleave(Vector256<int> first, Vector256<int> second) =>
        Avx2.IsSupported
            ? (Avx2.UnpackLow(first, second), Avx2.UnpackHigh(first, second))
            : (
                Pick(first, second, Vector256.Create(0, 8, 1, 9, 4, 12, 5, 13)),
                Pick(first, second, Vector256.Create(2, 10, 3, 11, 6, 14, 7, 15))
            );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Low(Vector256<int> first, Vector256<int> second) =>
        Avx2.IsSupported
            ? Avx2.UnpackLow(first.AsInt64(), second.AsInt64()).AsInt32()
            : Pick(first, second, Vector256.Create(0, 1, 8, 9, 4, 5, 12, 13));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> High(Vector256<int> first, Vector256<int> second) =>
        Avx2.IsSupported
            ? Avx2.UnpackHigh(first.AsInt64(), second.AsInt64()).AsInt32()
            : Pick(first, second, Vector256.Create(2, 3, 10, 11, 6, 7, 14, 15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<int> Upper, Vector256<int> Lower) Halves(Vector256<int> top, Vector256<int> bottom) =>
        (Vector256.Create(top.GetLower(), bottom.GetLower()), Vector256.Create(top.GetUpper(), bottom.GetUpper()));

    /// <summary>Numbers by their places: 0 to 7 in the first vector, 8 to 15 in the second.</summary>
    private static Vector256<int> Pick(Vector256<int> first, Vector256<int> second, Vector256<int> places) =>
        Vector256.ConditionalSelect(
            Vector256.LessThan(places, Vector256.Create(8)),
            Vector256.Shuffle(first, places),
            Vector256.Shuffle(second, places - Vector256.Create(8))
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Row(ref short coefficients, ref int factors, int row) =>
        Vector256.WidenLower(Vector128.LoadUnsafe(ref coefficients, (nuint)(8 * row)).ToVector256Unsafe())
        * Vector256.LoadUnsafe(ref factors, (nuint)(8 * row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<int> row, ref byte to)
    {
        Vector256<int> samples = Vector256.Min(Vector256.Max(row + Vector256.Create(128), Vector256<int>.Zero), Vector256.Create(255));
        Vector128<short> narrow = Vector128.Narrow(samples.GetLower(), samples.GetUpper());
        Unsafe.WriteUnaligned(ref to, Vector128.Narrow(narrow.AsUInt16(), narrow.AsUInt16()).AsUInt64().ToScalar());
    }
}
