using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VlmQ.Core.Imaging;

/// <summary>Resamples every column of pictures of one height; channels do not matter.</summary>
internal sealed class VerticalPass
{
    private readonly ResamplingWeights _weights;
    private readonly int _pairs;
    private readonly (int High, int Low)[] _factors; // [target, pairs of taps]

    public VerticalPass(ResamplingWeights weights)
    {
        _weights = weights;
        _pairs = (weights.MostTaps + 1) / 2;
        _factors = Avx2.IsSupported ? new (int High, int Low)[checked(weights.Target * _pairs)] : [];
        for (int y = 0; y < weights.Target && Avx2.IsSupported; y++)
        {
            PairUp(weights.At(y), _factors.AsSpan(y * _pairs, _pairs));
        }
    }

    /// <param name="source">Rows of <paramref name="stride"/> bytes.</param>
    /// <param name="stride">Bytes of a row.</param>
    /// <param name="target">Gets the new rows.</param>
    public void Run(ReadOnlySpan<byte> source, int stride, Span<byte> target)
    {
        for (int y = 0; y < _weights.Target; y++)
        {
            ReadOnlySpan<int> taps = _weights.At(y);
            ReadOnlySpan<byte> rows = source.Slice(_weights.Start(y) * stride, taps.Length * stride);
            Span<byte> output = target.Slice(y * stride, stride);
            int done = Avx2.IsSupported ? RunVectors(rows, stride, taps.Length, _factors.AsSpan(y * _pairs, _pairs), output) : 0;
            RunScalar(rows, stride, taps, output, done);
        }
    }

    /// <summary>Two rows' weights as the two 16-bit halves of a number; an odd last row is paired with itself at weight zero.</summary>
    private static void PairUp(ReadOnlySpan<int> taps, Span<(int High, int Low)> factors)
    {
        for (int j = 0; j < taps.Length; j += 2)
        {
            int next = j + 1 < taps.Length ? taps[j + 1] : 0;
            factors[j / 2] = (
                (ushort)SplitWeight.High(taps[j]) | (SplitWeight.High(next) << 16),
                (ushort)SplitWeight.Low(taps[j]) | (SplitWeight.Low(next) << 16)
            );
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
    private static int RunVectors(
        ReadOnlySpan<byte> rows,
        int stride,
        int taps,
        ReadOnlySpan<(int High, int Low)> factors,
        Span<byte> output
    )
    {
        ref byte start = ref MemoryMarshal.GetReference(rows);
        Vector256<int> half = Vector256.Create(1 << (ResamplingWeights.Precision - 1));
        int x = 0;
        for (; x <= stride - 16; x += 16)
        {
            nuint upper = (nuint)x;
            Vector256<int> highLeft = default;
            Vector256<int> lowLeft = half;
            Vector256<int> highRight = default;
            Vector256<int> lowRight = half;
            for (int j = 0; j < taps; j += 2)
            {
                nuint lower = upper + (nuint)(j + 1 < taps ? stride : 0);
                Vector128<byte> first = Vector128.LoadUnsafe(ref start, upper);
                Vector128<byte> second = Vector128.LoadUnsafe(ref start, lower);
                Vector256<short> left = Avx2.ConvertToVector256Int16(Sse2.UnpackLow(first, second));
                Vector256<short> right = Avx2.ConvertToVector256Int16(Sse2.UnpackHigh(first, second));
                Vector256<short> high = Vector256.Create(factors[j / 2].High).AsInt16();
                Vector256<short> low = Vector256.Create(factors[j / 2].Low).AsInt16();
                highLeft += Avx2.MultiplyAddAdjacent(left, high);
                lowLeft += Avx2.MultiplyAddAdjacent(left, low);
                highRight += Avx2.MultiplyAddAdjacent(right, high);
                lowRight += Avx2.MultiplyAddAdjacent(right, low);
                upper = lower + (nuint)stride;
            }
            Vector256<ushort> words = Avx2.PackUnsignedSaturate(Shift(highLeft, lowLeft), Shift(highRight, lowRight));

            // The pack works within 128-bit lanes; the quarters go back into order.
            Vector256<short> ordered = Avx2.Permute4x64(words.AsInt64(), 0b11_01_10_00).AsInt16();
            Sse2.PackUnsignedSaturate(ordered.GetLower(), ordered.GetUpper()).CopyTo(output[x..]);
        }
        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Shift(Vector256<int> high, Vector256<int> low) =>
        ((high << SplitWeight.LowBits) + low) >> ResamplingWeights.Precision;
}
