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
        Block rows = default;
        for (int i = 0; i < 8; i++)
        {
            Vector256<int> row = Vector256.WidenLower(Vector128.LoadUnsafe(ref from, (nuint)(8 * i)).ToVector256Unsafe());
            rows[i] = row * Vector256.LoadUnsafe(ref factors, (nuint)(8 * i));
        }
        Pass(ref rows, ConstantBits - ExtraBits);
        Transpose(ref rows);
        Pass(ref rows, ConstantBits + ExtraBits + 3);
        Transpose(ref rows);
        Store(ref rows, plane, stride);
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
    private static void Pass(ref Block v, int shift)
    {
        Vector256<int> rounding = Vector256.Create(1 << (shift - 1));

        Vector256<int> even = (v[2] + v[6]) * Vector256.Create(4433); // 0.541196100
        Vector256<int> even2 = even - (v[6] * Vector256.Create(15137)); // 1.847759065
        Vector256<int> even3 = even + (v[2] * Vector256.Create(6270)); // 0.765366865
        Vector256<int> sum = ((v[0] + v[4]) << ConstantBits) + rounding;
        Vector256<int> difference = ((v[0] - v[4]) << ConstantBits) + rounding;
        Vector256<int> a0 = sum + even3;
        Vector256<int> a3 = sum - even3;
        Vector256<int> a1 = difference + even2;
        Vector256<int> a2 = difference - even2;

        Vector256<int> z1 = (v[7] + v[1]) * Vector256.Create(-7373); // 0.899976223
        Vector256<int> z2 = (v[5] + v[3]) * Vector256.Create(-20995); // 2.562915447
        Vector256<int> z3 = v[7] + v[3];
        Vector256<int> z4 = v[5] + v[1];
        Vector256<int> z5 = (z3 + z4) * Vector256.Create(9633); // 1.175875602
        z3 = (z3 * Vector256.Create(-16069)) + z5; // 1.961570560
        z4 = (z4 * Vector256.Create(-3196)) + z5; // 0.390180644
        Vector256<int> odd0 = (v[7] * Vector256.Create(2446)) + z1 + z3; // 0.298631336
        Vector256<int> odd1 = (v[5] * Vector256.Create(16819)) + z2 + z4; // 2.053119869
        Vector256<int> odd2 = (v[3] * Vector256.Create(25172)) + z2 + z3; // 3.072711026
        Vector256<int> odd3 = (v[1] * Vector256.Create(12299)) + z1 + z4; // 1.501321110

        v[0] = (a0 + odd3) >> shift;
        v[7] = (a0 - odd3) >> shift;
        v[1] = (a1 + odd2) >> shift;
        v[6] = (a1 - odd2) >> shift;
        v[2] = (a2 + odd1) >> shift;
        v[5] = (a2 - odd1) >> shift;
        v[3] = (a3 + odd0) >> shift;
        v[4] = (a3 - odd0) >> shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ref Block v)
    {
        if (Avx2.IsSupported)
        {
            TransposeAvx2(ref v);
            return;
        }
        Span<int> values = MemoryMarshal.CreateSpan(ref Unsafe.As<Block, int>(ref v), 64);
        for (int y = 1; y < 8; y++)
        {
            for (int x = 0; x < y; x++)
            {
                (values[(8 * y) + x], values[(8 * x) + y]) = (values[(8 * x) + y], values[(8 * y) + x]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeAvx2(ref Block v)
    {
        // Pairs, then fours, then halves.
        Vector256<long> a0 = Avx2.UnpackLow(v[0], v[1]).AsInt64();
        Vector256<long> a1 = Avx2.UnpackHigh(v[0], v[1]).AsInt64();
        Vector256<long> a2 = Avx2.UnpackLow(v[2], v[3]).AsInt64();
        Vector256<long> a3 = Avx2.UnpackHigh(v[2], v[3]).AsInt64();
        Vector256<long> a4 = Avx2.UnpackLow(v[4], v[5]).AsInt64();
        Vector256<long> a5 = Avx2.UnpackHigh(v[4], v[5]).AsInt64();
        Vector256<long> a6 = Avx2.UnpackLow(v[6], v[7]).AsInt64();
        Vector256<long> a7 = Avx2.UnpackHigh(v[6], v[7]).AsInt64();
        Halves(ref v, 0, Avx2.UnpackLow(a0, a2), Avx2.UnpackLow(a4, a6));
        Halves(ref v, 1, Avx2.UnpackHigh(a0, a2), Avx2.UnpackHigh(a4, a6));
        Halves(ref v, 2, Avx2.UnpackLow(a1, a3), Avx2.UnpackLow(a5, a7));
        Halves(ref v, 3, Avx2.UnpackHigh(a1, a3), Avx2.UnpackHigh(a5, a7));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Halves(ref Block v, int row, Vector256<long> top, Vector256<long> bottom)
    {
        v[row] = Avx2.Permute2x128(top, bottom, 0x20).AsInt32();
        v[row + 4] = Avx2.Permute2x128(top, bottom, 0x31).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref Block rows, Span<byte> plane, int stride)
    {
        Vector256<int> level = Vector256.Create(128);
        Vector256<int> highest = Vector256.Create(255);
        for (int y = 0; y < 8; y++)
        {
            Vector256<int> row = Vector256.Min(Vector256.Max(rows[y] + level, Vector256<int>.Zero), highest);
            Vector128<short> narrow = Vector128.Narrow(row.GetLower(), row.GetUpper());
            ulong samples = Vector128.Narrow(narrow.AsUInt16(), narrow.AsUInt16()).AsUInt64().ToScalar();
            MemoryMarshal.Write(plane[(y * stride)..], samples);
        }
    }

    [InlineArray(8)]
    private struct Block
    {
        private Vector256<int> first;
    }
}
