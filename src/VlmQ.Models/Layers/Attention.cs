using TorchSharp;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VlmQ.Models.Layers;

/// <summary>Scaled dot-product attention of several heads.</summary>
public static class Attention
{
    /// <summary>softmax(q·kᵀ/√width + mask)·v, the softmax in float32.</summary>
    /// <param name="queries"><c>[rows, heads, n, width]</c>.</param>
    /// <param name="keys">
    /// <c>[rows, key heads, m, width]</c>; key heads divide heads, and query head i looks at key head ⌊i·key heads/heads⌋.
    /// </param>
    /// <param name="values">As <paramref name="keys"/>.</param>
    /// <param name="mask">Which keys are seen.</param>
    /// <param name="options">How it computes.</param>
    /// <returns><c>[rows, n, heads·width]</c>, of the queries' type.</returns>
    public static Tensor Apply(Tensor queries, Tensor keys, Tensor values, AttentionMask mask, LayerOptions options)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(options);
        (long rows, long heads, long length, long width) = (queries.shape[0], queries.shape[1], queries.shape[2], queries.shape[3]);
        long keyHeads = keys.shape[1];
        ArgumentOutOfRangeException.ThrowIfNotEqual(heads % keyHeads, 0, nameof(keys));
        Precision precision = options.Precision;
        if (Kernel(queries, keys, mask, precision) is { } prefixes)
        {
            return options.Kernels.Attention(queries, keys, values, prefixes);
        }
        using DisposeScope scope = NewDisposeScope();
        long group = heads / keyHeads;
        // The heads of a group are further queries of their key head: keys are not repeated.
        Tensor grouped = group == 1 ? queries : queries.reshape(rows, keyHeads, group * length, width);
        Tensor? additive = group == 1 ? mask.Additive : mask.Additive?.repeat(1, 1, group, 1);
        Tensor attended =
            queries.device_type == DeviceType.CPU
                ? ByProducts(grouped, keys, values, additive, precision)
                : Fused(grouped, keys, values, additive, mask.IsCausal && group == 1, precision);
        return attended.reshape(rows, heads, length, width).transpose(1, 2).reshape(rows, length, heads * width).MoveToOuterDisposeScope();
    }

    // What the kernels' attention needs to know, where it is the one to take: many queries, in float32 in main memory. One query alone
    // reads the keys just once either way.
    private static IReadOnlyList<int>? Kernel(Tensor queries, Tensor keys, AttentionMask mask, Precision precision)
    {
        bool applies =
            queries.device_type == DeviceType.CPU
            && queries.dtype == ScalarType.Float32
            && keys.dtype == ScalarType.Float32
            && precision == Precision.Full
            && queries.shape[1] == keys.shape[1]
            && queries.shape[2] is > 1 and var length
            && length <= keys.shape[2];
        return !applies ? null
            : mask.Prefixes is { } prefixes ? prefixes
            : mask.Additive is null ? Enumerable.Repeat((int)keys.shape[2], (int)queries.shape[0]).ToArray()
            : null;
    }

    private static Tensor ByProducts(Tensor queries, Tensor keys, Tensor values, Tensor? mask, Precision precision)
    {
        (long rows, long heads, long length, long width) = (queries.shape[0], queries.shape[1], queries.shape[2], queries.shape[3]);
        long seen = keys.shape[2];
        Tensor scores = Factor(queries / Math.Sqrt(width))
            .bmm(Factor(keys).transpose(1, 2)) // [rows·heads, n, m]
            .OfType(ScalarType.Float32);
        if (mask is not null)
        {
            scores = (scores.view(rows, heads, length, seen) + mask).view(rows * heads, length, seen);
        }
        return Factor(scores.softmax(-1).OfType(queries.dtype)).bmm(Factor(values)).OfType(queries.dtype); // [rows·heads, n, width]

        Tensor Factor(Tensor factor)
        {
            Tensor rounded = precision == Precision.Full ? factor.OfType(queries.dtype) : factor.OfType(ScalarType.BFloat16);
            return rounded.dim() == 3 ? rounded : rounded.reshape(rows * heads, -1, rounded.shape[^1]);
        }
    }

    private static Tensor Fused(Tensor queries, Tensor keys, Tensor values, Tensor? mask, bool causal, Precision precision)
    {
        ScalarType type = precision == Precision.Full ? queries.dtype : ScalarType.BFloat16;
        return F.scaled_dot_product_attention(
                queries.OfType(type),
                keys.OfType(type),
                values.OfType(type),
                causal ? null : mask?.OfType(type),
                is_casual: causal
            )
            .OfType(queries.dtype);
    }
}
