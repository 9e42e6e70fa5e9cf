using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VlmQ.Core.Imaging;

/// <summary>Resamples every column of a picture whose rows are <c>stride</c> bytes; channels do not matter.</summary>
internal static class VerticalPass
{
    public static void Run(ReadOnlySpan<byte> source, int stride, ResamplingWeights weights, Span<byte> target)
    {
        for (int y = 0; y < weights.Target; y++)
        {
            ReadOnlySpan<int> taps = weights.At(y);
            ReadOnlySpan<byte> rows = source.Slice(weights.Start(y) * stride, taps.Length * stride);
            Span<byte> output = target.Slice(y * stride, stride);
            int done = Avx2.IsSupported ? RunVectors(rows, stride, taps, output) : 0;
            RunScalar(rows, stride, taps, output, done);
        }
    }

    private static void RunScalar(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<int> taps, Span<byte> output, int from)
    {
        for (int x = from; x < stride; x++)
        {
            int sum = 1 << (ResamplingWeights.Precision - 1);
            for (int j = 0; j < taps.Length; j++)
            {
                sum += taps[j] * rows[(j * stride) + x];
            }
            output[x] = (byte)Math.Clamp(sum >> ResamplingWeights.Precision, 0, 255);
        }
    }

    /// <summary>Sixteen columns a step, two rows a multiplication; returns the column at which fewer than sixteen are left.</summary>
    private static int RunVectors(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<int> taps, Span<byte> output)
    {
        ref byte first = ref MemoryMarshal.GetReference(rows);
        int x = 0;
        for (; x <= stride - 16; x += 16)
        {
            Vector256<int> highLeft = default;
            Vector256<int> lowLeft = default;
            Vector256<int> highRight = default;
            Vector256<int> lowRight = default;
            for (int j = 0; j < taps.Length; j += 2)
            {
                // An odd last row is paired with itself at weight zero.
                bool pair = j + 1 < taps.Length;
                Vector256<short> high = Factors(SplitWeight.High(taps[j]), pair ? SplitWeight.High(taps[j + 1]) : (short)0);
                Vector256<short> low = Factors(SplitWeight.Low(taps[j]), pair ? SplitWeight.Low(taps[j + 1]) : (short)0);
                Vector128<byte> upper = Vector128.LoadUnsafe(ref first, (nuint)((j * stride) + x));
                Vector128<byte> lower = Vector128.LoadUnsafe(ref first, (nuint)(((pair ? j + 1 : j) * stride) + x));
                Vector256<short> left = Avx2.ConvertToVector256Int16(Sse2.UnpackLow(upper, lower));
                Vector256<short> right = Avx2.ConvertToVector256Int16(Sse2.UnpackHigh(upper, lower));
                highLeft += Avx2.MultiplyAddAdjacent(left, high);
                lowLeft += Avx2.MultiplyAddAdjacent(left, low);
                highRight += Avx2.MultiplyAddAdjacent(right, high);
                lowRight += Avx2.MultiplyAddAdjacent(right, low);
            }
            Vector256<ushort> words = Avx2.PackUnsignedSaturate(Shift(highLeft, lowLeft), Shift(highRight, lowRight));

            // The pack works within 128-bit lanes; the quarters go back into order.
            Vector256<short> ordered = Avx2.Permute4x64(words.AsInt64(), 0b11_01_10_00).AsInt16();
            Sse2.PackUnsignedSaturate(ordered.GetLower(), ordered.GetUpper()).CopyTo(output[x..]);
        }
        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Factors(short upper, short lower) => Vector256.Create((ushort)upper | (lower << 16)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Shift(Vector256<int> high, Vector256<int> low) =>
        ((high << SplitWeight.LowBits) + low + Vector256.Create(1 << (ResamplingWeights.Precision - 1))) >> ResamplingWeights.Precision;
}
