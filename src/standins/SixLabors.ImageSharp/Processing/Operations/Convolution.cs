using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SixLabors.ImageSharp.Processing.Operations;

/// <summary>The three inner loops of resizing.</summary>
internal static class Convolution
{
    /// <summary>Floats that must lie behind a row given to <see cref="MixColumns"/>.</summary>
    public const int Padding = 4;

    /// <summary>The weighted sum of whole rows of bytes.</summary>
    public static void MixRows(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<float> weights, Span<float> result)
    {
        ref byte first = ref MemoryMarshal.GetReference(rows);
        _ = rows[(stride * weights.Length) - 1];
        _ = result[stride - 1];
        int i = 0;
        for (; i <= stride - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            Vector256<float> low = default;
            Vector256<float> high = default;
            for (int k = 0; k < weights.Length; k++)
            {
                (Vector128<ushort> a, Vector128<ushort> b) = Vector128.Widen(Vector128.LoadUnsafe(ref first, (nuint)((k * stride) + i)));
                Vector256<float> weight = Vector256.Create(weights[k]);
                low = Vector256.FusedMultiplyAdd(ToSingle(a), weight, low);
                high = Vector256.FusedMultiplyAdd(ToSingle(b), weight, high);
            }
            low.CopyTo(result[i..]);
            high.CopyTo(result[(i + Vector256<float>.Count)..]);
        }
        for (; i < stride; i++)
        {
            float sum = 0;
            for (int k = 0; k < weights.Length; k++)
            {
                sum += rows[(k * stride) + i] * weights[k];
            }
            result[i] = sum;
        }
    }

    /// <summary>The weighted sum of whole rows of floats.</summary>
    public static void MixRows(ReadOnlySpan<float> rows, int stride, ReadOnlySpan<float> weights, Span<float> result)
    {
        result[..stride].Clear();
        for (int k = 0; k < weights.Length; k++)
        {
            ReadOnlySpan<float> row = rows.Slice(k * stride, stride);
            for (int i = 0; i < row.Length; i++)
            {
                result[i] += row[i] * weights[k];
            }
        }
    }

    /// <summary>Resamples one row of interleaved channels (1, 3 or 4 a pixel).</summary>
    public static void MixColumns(ReadOnlySpan<float> row, int channels, KernelTable kernels, int width, Span<float> result)
    {
        if (channels == 1)
        {
            MixSamples(row, kernels, width, result);
            return;
        }
        for (int x = 0; x < width; x++)
        {
            ReadOnlySpan<float> weights = kernels.Weights(x);
            ReadOnlySpan<float> taps = row.Slice(kernels.Start(x) * channels, (weights.Length * channels) + Padding - channels);
            ref float tap = ref MemoryMarshal.GetReference(taps);
            Vector128<float> sum = default;
            for (int k = 0; k < weights.Length; k++)
            {
                // With three channels the fourth lane is the next pixel's red; it is overwritten by that pixel's own result.
                sum = Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref tap), Vector128.Create(weights[k]), sum);
                tap = ref Unsafe.Add(ref tap, channels);
            }
            sum.CopyTo(result[(x * channels)..]);
        }
    }

    /// <summary>Rounds to the nearest byte, clamped.</summary>
    public static void ToBytes(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        bytes = bytes[..values.Length];
        int i = 0;
        for (; i <= values.Length - (2 * Vector256<float>.Count); i += 2 * Vector256<float>.Count)
        {
            Vector256<int> low = Round(Vector256.Create(values[i..]));
            Vector256<int> high = Round(Vector256.Create(values[(i + Vector256<float>.Count)..]));
            Vector256<short> shorts = Vector256.Narrow(low, high);
            Vector128.Narrow(shorts.GetLower().AsUInt16(), shorts.GetUpper().AsUInt16()).CopyTo(bytes[i..]);
        }
        for (; i < values.Length; i++)
        {
            bytes[i] = (byte)(Math.Clamp(values[i], 0F, 255F) + 0.5F);
        }
    }

    private static void MixSamples(ReadOnlySpan<float> row, KernelTable kernels, int width, Span<float> result)
    {
        for (int x = 0; x < width; x++)
        {
            ReadOnlySpan<float> weights = kernels.Weights(x);
            ReadOnlySpan<float> taps = row.Slice(kernels.Start(x), weights.Length);
            float sum = 0;
            for (int k = 0; k < weights.Length; k++)
            {
                sum += taps[k] * weights[k];
            }
            result[x] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ToSingle(Vector128<ushort> values)
    {
        (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(values);
        return Vector256.ConvertToSingle(Vector256.Create(low, high).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<float> values) => Vector256.ConvertToInt32(
        Vector256.Min(Vector256.Max(values, Vector256<float>.Zero), Vector256.Create(255F)) + Vector256.Create(0.5F));
}
