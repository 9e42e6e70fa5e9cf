using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VlmQ.Core.Imaging;

/// <summary>Resamples every row of packed RGB pictures of one width.</summary>
internal sealed class HorizontalPass
{
    /// <summary>Bytes a pixel.</summary>
    public const int Channels = 3;

    private readonly int _width;
    private readonly ResamplingWeights _weights;
    private readonly HorizontalFactors? _factors;

    public HorizontalPass(int width, ResamplingWeights weights)
    {
        _width = width;
        _weights = weights;
        bool vectors = Avx2.IsSupported && width >= HorizontalFactors.WindowPixels(weights);
        _factors = vectors ? new HorizontalFactors(weights, width) : null;
    }

    public void Run(ReadOnlySpan<byte> source, Span<byte> target)
    {
        if (_factors is not null)
        {
            RunVectors(source, _width, _factors, target);
        }
        else
        {
            RunScalar(source, _width, _weights, target);
        }
    }

    private static void RunScalar(ReadOnlySpan<byte> source, int width, ResamplingWeights weights, Span<byte> target)
    {
        int rows = source.Length / (width * Channels);
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<byte> row = source.Slice(y * width * Channels, width * Channels);
            for (int x = 0; x < weights.Target; x++)
            {
                ReadOnlySpan<int> taps = weights.At(x);
                ReadOnlySpan<byte> pixels = row.Slice(weights.Start(x) * Channels, taps.Length * Channels);
                for (int channel = 0; channel < Channels; channel++)
                {
                    int sum = 1 << (ResamplingWeights.Precision - 1);
                    for (int j = 0; j < taps.Length; j++)
                    {
                        sum += taps[j] * pixels[(j * Channels) + channel];
                    }
                    target[(((y * weights.Target) + x) * Channels) + channel] = (byte)
                        Math.Clamp(sum >> ResamplingWeights.Precision, 0, 255);
                }
            }
        }
    }

    private static void RunVectors(ReadOnlySpan<byte> source, int width, HorizontalFactors factors, Span<byte> target)
    {
        int rowBytes = width * Channels;
        int stride = factors.Target * Channels;
        int last = (source.Length / rowBytes) - 1;
        for (int y = 0; y < last; y++)
        {
            RunRow(source.Slice(y * rowBytes, rowBytes + HorizontalFactors.OverreadBytes), factors, target.Slice(y * stride, stride));
        }
        byte[] padded = ArrayPool<byte>.Shared.Rent(rowBytes + HorizontalFactors.OverreadBytes);
        source.Slice(last * rowBytes, rowBytes).CopyTo(padded);
        RunRow(padded, factors, target.Slice(last * stride, stride));
        ArrayPool<byte>.Shared.Return(padded);
    }

    /// <summary>Four output pixels a step.</summary>
    private static void RunRow(ReadOnlySpan<byte> row, HorizontalFactors factors, Span<byte> output)
    {
        ref byte first = ref MemoryMarshal.GetReference(row);
        ref int start = ref MemoryMarshal.GetArrayDataReference(factors.Starts);
        ref short factor = ref MemoryMarshal.GetArrayDataReference(factors.Values);
        int groups = factors.Groups;
        int at = 0;
        for (; at <= output.Length - Vector128<byte>.Count; at += HorizontalFactors.Step * Channels)
        {
            // Twelve bytes count; the next step writes over the other four.
            FourPixels(ref first, ref start, ref factor, groups).CopyTo(output[at..]);
            start = ref Unsafe.Add(ref start, HorizontalFactors.Step);
            factor = ref Unsafe.Add(ref factor, 2 * groups * HorizontalFactors.PairShorts);
        }
        Span<byte> rest = stackalloc byte[Vector128<byte>.Count];
        for (; at < output.Length; at += HorizontalFactors.Step * Channels)
        {
            FourPixels(ref first, ref start, ref factor, groups).CopyTo(rest);
            rest[..Math.Min(HorizontalFactors.Step * Channels, output.Length - at)].CopyTo(output[at..]);
            start = ref Unsafe.Add(ref start, HorizontalFactors.Step);
            factor = ref Unsafe.Add(ref factor, 2 * groups * HorizontalFactors.PairShorts);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> FourPixels(ref byte row, ref int start, ref short factor, int groups)
    {
        Vector256<int> left = TwoPixels(
            ref Unsafe.Add(ref row, start),
            ref Unsafe.Add(ref row, Unsafe.Add(ref start, 1)),
            ref factor,
            groups
        );
        Vector256<int> right = TwoPixels(
            ref Unsafe.Add(ref row, Unsafe.Add(ref start, 2)),
            ref Unsafe.Add(ref row, Unsafe.Add(ref start, 3)),
            ref Unsafe.Add(ref factor, groups * HorizontalFactors.PairShorts),
            groups
        );
        Vector256<short> words = Avx2.PackUnsignedSaturate(left, right).AsInt16();
        Vector256<int> bytes = Avx2.PackUnsignedSaturate(words, words).AsInt32();

        // The packs work within 128-bit lanes: pixels 0 and 2 are in the lower, 1 and 3 in the upper.
        Vector128<byte> ordered = Avx2.PermuteVar8x32(bytes, Vector256.Create(0, 4, 1, 5, 0, 0, 0, 0)).GetLower().AsByte();
        return Ssse3.Shuffle(ordered, Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 128, 128, 128, 128));
    }

    /// <summary>Two neighbouring output pixels, one a 128-bit lane: red, green and blue, not yet clamped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> TwoPixels(ref byte first, ref byte second, ref short factor, int groups)
    {
        // r0 r1 g0 g1 b0 b1 as 16-bit numbers; then the same of pixels 2 and 3.
        Vector256<byte> earlier = Vector256.Create(
            Vector128.Create((byte)0, 128, 3, 128, 1, 128, 4, 128, 2, 128, 5, 128, 128, 128, 128, 128)
        );
        Vector256<byte> later = Vector256.Create(
            Vector128.Create((byte)6, 128, 9, 128, 7, 128, 10, 128, 8, 128, 11, 128, 128, 128, 128, 128)
        );
        Vector256<int> high = default;
        Vector256<int> low = Vector256.Create(1 << (ResamplingWeights.Precision - 1));
        for (int group = 0; group < groups; group++)
        {
            nuint offset = (nuint)(group * HorizontalFactors.GroupTaps * Channels);
            Vector256<byte> bytes = Vector256.Create(Vector128.LoadUnsafe(ref first, offset), Vector128.LoadUnsafe(ref second, offset));
            Vector256<short> front = Avx2.Shuffle(bytes, earlier).AsInt16();
            Vector256<short> back = Avx2.Shuffle(bytes, later).AsInt16();
            high +=
                Avx2.MultiplyAddAdjacent(front, Vector256.LoadUnsafe(ref factor))
                + Avx2.MultiplyAddAdjacent(back, Vector256.LoadUnsafe(ref factor, 16));
            low +=
                Avx2.MultiplyAddAdjacent(front, Vector256.LoadUnsafe(ref factor, 32))
                + Avx2.MultiplyAddAdjacent(back, Vector256.LoadUnsafe(ref factor, 48));
            factor = ref Unsafe.Add(ref factor, HorizontalFactors.PairShorts);
        }
        return ((high << SplitWeight.LowBits) + low) >> ResamplingWeights.Precision;
    }
}
