using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SixLabors.ImageSharp.Processing.Operations;

/// <summary>The three inner loops of resizing.</summary>
internal static class Convolution
{
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
                Vector256<float> weight = Vector256.Create(weights[k]);
                low = Vector256.FusedMultiplyAdd(ToSingle(ref first, (k * stride) + i), weight, low);
                high = Vector256.FusedMultiplyAdd(ToSingle(ref first, (k * stride) + i + 8), weight, high);
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

    /// <summary>
    /// Resamples four rows of interleaved channels (1, 3 or 4 a pixel) at once, so that each weight is read once for all.
    /// </summary>
    public static void MixColumns(FloatRows rows, int channels, KernelTable kernels, int width, FloatRows result)
    {
        if (channels == 1)
        {
            for (int k = 0; k < FloatRows.Count; k++)
            {
                MixSamples(rows.Row(k), kernels, width, result.Row(k));
            }
            return;
        }
        nuint stride = (nuint)rows.Stride;
        nuint resultStride = (nuint)result.Stride;
        ref float target = ref result.First;
        for (int x = 0; x < width; x++)
        {
            ReadOnlySpan<float> weights = kernels.Weights(x);
            ref float tap = ref Unsafe.Add(ref rows.First, kernels.Start(x) * channels);
            Vector128<float> first = default;
            Vector128<float> second = default;
            Vector128<float> third = default;
            Vector128<float> fourth = default;
            foreach (float value in weights)
            {
                // With three channels the fourth lane is the next pixel's red; that pixel's own result overwrites it.
                Vector128<float> weight = Vector128.Create(value);
                first = Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref tap), weight, first);
                second = Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref tap, stride), weight, second);
                third = Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref tap, 2 * stride), weight, third);
                fourth = Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref tap, 3 * stride), weight, fourth);
                tap = ref Unsafe.Add(ref tap, channels);
            }
            first.StoreUnsafe(ref target);
            second.StoreUnsafe(ref target, resultStride);
            third.StoreUnsafe(ref target, 2 * resultStride);
            fourth.StoreUnsafe(ref target, 3 * resultStride);
            target = ref Unsafe.Add(ref target, channels);
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

    /// <summary>Eight bytes as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ToSingle(ref byte first, int at)
    {
        Vector128<byte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at))).AsByte();
        if (Avx2.IsSupported)
        {
            return Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(bytes));
        }
        Vector128<ushort> shorts = Vector128.WidenLower(bytes);
        return Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<float> values) =>
        Vector256.ConvertToInt32(
            Vector256.Min(Vector256.Max(values, Vector256<float>.Zero), Vector256.Create(255F)) + Vector256.Create(0.5F)
        );
}
