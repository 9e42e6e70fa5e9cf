using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VlmQ.Core.Imaging;

/// <summary>Resamples every row of a packed RGB picture.</summary>
internal static class HorizontalPass
{
    /// <summary>Bytes a pixel.</summary>
    public const int Channels = 3;

    private const int GroupTaps = 4;
    private const int GroupShorts = 2 * 16;

    /// <summary>A group reads 16 bytes for the 12 of its four pixels.</summary>
    private const int OverreadBytes = 4;

    public static void Run(ReadOnlySpan<byte> source, int width, ResamplingWeights weights, Span<byte> target)
    {
        bool vectors = Avx2.IsSupported && width >= GroupTaps * Groups(weights);
        if (vectors)
        {
            RunVectors(source, width, weights, target);
        }
        else
        {
            RunScalar(source, width, weights, target);
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
                    target[(((y * weights.Target) + x) * Channels) + channel] = (byte)Math.Clamp(sum >> ResamplingWeights.Precision, 0, 255);
                }
            }
        }
    }

    private static void RunVectors(ReadOnlySpan<byte> source, int width, ResamplingWeights weights, Span<byte> target)
    {
        int groups = Groups(weights);
        int[] starts = new int[weights.Target];
        short[] expanded = Expand(weights, width, groups, starts);
        int stride = weights.Target * Channels;
        int rowBytes = width * Channels;
        int last = (source.Length / rowBytes) - 1;
        for (int y = 0; y < last; y++)
        {
            RunRow(source.Slice(y * rowBytes, rowBytes + OverreadBytes), starts, expanded, groups, target.Slice(y * stride, stride));
        }
        byte[] padded = new byte[rowBytes + OverreadBytes];
        source.Slice(last * rowBytes, rowBytes).CopyTo(padded);
        RunRow(padded, starts, expanded, groups, target.Slice(last * stride, stride));
    }

    private static void RunRow(ReadOnlySpan<byte> row, int[] starts, short[] expanded, int groups, Span<byte> output)
    {
        ref short factors = ref MemoryMarshal.GetArrayDataReference(expanded);
        for (int x = 0; x < starts.Length - 1; x++)
        {
            Unsafe.WriteUnaligned(ref output[x * Channels], Sum(ref Unsafe.AsRef(in row[starts[x]]), ref factors, groups));
            factors = ref Unsafe.Add(ref factors, groups * GroupShorts);
        }
        // The last pixel has no room for a fourth byte behind it.
        uint last = Sum(ref Unsafe.AsRef(in row[starts[^1]]), ref factors, groups);
        (output[^3], output[^2], output[^1]) = ((byte)last, (byte)(last >> 8), (byte)(last >> 16));
    }

    /// <summary>One output pixel, in the low three bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Sum(ref byte pixels, ref short factors, int groups)
    {
        // Pixels 0 and 1 in the lower lane, 2 and 3 in the upper: r0 r1 g0 g1 b0 b1 as 16-bit numbers.
        Vector256<byte> order = Vector256.Create(
            (byte)0, 128, 3, 128, 1, 128, 4, 128, 2, 128, 5, 128, 128, 128, 128, 128,
            6, 128, 9, 128, 7, 128, 10, 128, 8, 128, 11, 128, 128, 128, 128, 128);
        Vector256<int> high = default;
        Vector256<int> low = default;
        for (int group = 0; group < groups; group++)
        {
            Vector128<byte> bytes = Vector128.LoadUnsafe(ref pixels);
            Vector256<short> pairs = Avx2.Shuffle(Vector256.Create(bytes, bytes), order).AsInt16();
            high += Avx2.MultiplyAddAdjacent(pairs, Vector256.LoadUnsafe(ref factors));
            low += Avx2.MultiplyAddAdjacent(pairs, Vector256.LoadUnsafe(ref factors, 16));
            pixels = ref Unsafe.Add(ref pixels, GroupTaps * Channels);
            factors = ref Unsafe.Add(ref factors, GroupShorts);
        }
        Vector256<int> both = (high << SplitWeight.LowBits) + low;
        Vector128<int> sum = both.GetLower() + both.GetUpper() + Vector128.Create(1 << (ResamplingWeights.Precision - 1));
        Vector128<int> shifted = sum >> ResamplingWeights.Precision;
        Vector128<ushort> words = Sse41.PackUnsignedSaturate(shifted, shifted);
        return Sse2.PackUnsignedSaturate(words.AsInt16(), words.AsInt16()).AsUInt32().ToScalar();
    }

    /// <summary>
    /// The weights in the order in which <see cref="Sum"/> multiplies, and the byte at which each window begins: moved left where it would
    /// reach past the row, with zeros in front.
    /// </summary>
    private static short[] Expand(ResamplingWeights weights, int width, int groups, int[] starts)
    {
        short[] expanded = new short[weights.Target * groups * GroupShorts];
        for (int x = 0; x < weights.Target; x++)
        {
            int start = Math.Min(weights.Start(x), width - (GroupTaps * groups));
            int shift = weights.Start(x) - start;
            starts[x] = start * Channels;
            ReadOnlySpan<int> taps = weights.At(x);
            Span<short> window = expanded.AsSpan(x * groups * GroupShorts, groups * GroupShorts);
            for (int j = 0; j < taps.Length; j++)
            {
                int tap = shift + j;
                int first = (tap / GroupTaps * GroupShorts) + (tap % GroupTaps / 2 * 8) + (tap % 2);
                for (int channel = 0; channel < Channels; channel++)
                {
                    window[first + (2 * channel)] = SplitWeight.High(taps[j]);
                    window[first + (2 * channel) + 16] = SplitWeight.Low(taps[j]);
                }
            }
        }
        return expanded;
    }

    private static int Groups(ResamplingWeights weights) => (weights.MostTaps + GroupTaps - 1) / GroupTaps;
}
