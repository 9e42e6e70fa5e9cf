using TorchSharp;
using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>Attention of a sequence to itself, from the joint projection of queries, keys and values.</summary>
public static class SelfAttention
{
    /// <summary>Attention without positions in which everything sees everything, as in vision towers.</summary>
    /// <param name="projected"><c>[rows, n, 3·heads·width]</c>: queries, then keys, then values, heads consecutive in each.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="options">How it computes.</param>
    /// <returns><c>[rows, n, heads·width]</c>.</returns>
    public static Tensor Full(Tensor projected, int heads, LayerOptions options)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts = Split(projected, heads, heads);
        return Attention.Apply(parts[0], parts[1], parts[2], AttentionMask.None, options).MoveToOuterDisposeScope();
    }

    /// <summary>Attention with rotary positions under a pass's mask, and with its cache where it has one.</summary>
    /// <param name="projected">
    /// <c>[rows, n, (heads + 2·key heads)·width]</c>: queries, then keys, then values, heads consecutive in each.
    /// </param>
    /// <param name="heads">Query heads.</param>
    /// <param name="keyHeads">Key-value heads; divides <paramref name="heads"/>.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="pass">What this pass's layers share.</param>
    /// <param name="options">How it computes.</param>
    /// <param name="tail">How many last queries are wanted, 1 to n; null: all.</param>
    /// <returns><c>[rows, tail, heads·width]</c>.</returns>
    public static Tensor Rotary(
        Tensor projected,
        int heads,
        int keyHeads,
        int layer,
        TransformerPass pass,
        LayerOptions options,
        long? tail = null
    )
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (pass.TryNext(projected, layer) is { } attended)
        {
            return attended;
        }
        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts = Split(projected, heads, keyHeads);
        Tensor queries = pass.Rotate(parts[0]);
        Tensor keys = pass.Rotate(parts[1]);
        Tensor values = parts[2];
        if (pass.Cache is { } cache)
        {
            (keys, values) = cache.Extend(layer, keys, values);
        }
        long length = queries.shape[2];
        if (tail is not { } last || last == length)
        {
            return Attention.Apply(queries, keys, values, pass.Mask, options).MoveToOuterDisposeScope();
        }
        using AttentionMask mask = pass.Mask.OfLast(last);
        return Attention.Apply(queries.narrow(2, length - last, last), keys, values, mask, options).MoveToOuterDisposeScope();
    }

    // [rows, n, …] → queries [rows, heads, n, width], keys and values [rows, key heads, n, width].
    private static Tensor[] Split(Tensor projected, int heads, int keyHeads)
    {
        ArgumentNullException.ThrowIfNull(projected);
        (long rows, long length) = (projected.shape[0], projected.shape[1]);
        long all = heads + (2 * keyHeads);
        Tensor[] parts = projected.view(rows, length, all, projected.shape[2] / all).transpose(1, 2).split([heads, keyHeads, keyHeads], 1);
        return parts;
    }
}
