using TorchSharp;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>What the layers of one pass through a decoder-only transformer share.</summary>
public sealed class TransformerPass : IDisposable
{
    private readonly RotaryEmbedding _rotary;
    private readonly (Tensor Cosines, Tensor Sines) _rotation;

    /// <param name="rotary">The model's rotary embedding.</param>
    /// <param name="positions">The position of every new column, <c>[rows or 1, n]</c> int64.</param>
    /// <param name="mask">Which keys the new columns see; owned from now on.</param>
    /// <param name="cache">Holds keys and values of earlier columns; null: there are none. Not owned.</param>
    public TransformerPass(RotaryEmbedding rotary, Tensor positions, AttentionMask mask, KeyValueCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(rotary);
        _rotary = rotary;
        (Tensor cosines, Tensor sines) = rotary.At(positions);
        _rotation = (cosines.DetachFromDisposeScope(), sines.DetachFromDisposeScope());
        Mask = mask;
        Cache = cache;
    }

    /// <summary>Which keys the new columns see.</summary>
    public AttentionMask Mask { get; }

    /// <summary>Keys and values of earlier columns; null: there are none.</summary>
    public KeyValueCache? Cache { get; }

    /// <summary>
    /// The kernels that may do a layer's attention at once, and the first column that each row sees: where the pass adds a single column
    /// to a cache.
    /// </summary>
    public (IKernels Kernels, IReadOnlyList<int> First)? Next { get; init; }

    /// <summary>Attention of a single new column by kernels that do all of it at once; null where they do not.</summary>
    /// <param name="projected">As for <see cref="SelfAttention.Rotary"/>.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <returns><c>[rows, 1, heads·width]</c>.</returns>
    internal Tensor? TryNext(Tensor projected, int layer)
    {
        if (Next is not { } next || Cache is not { } cache || cache.Filled == cache.Capacity)
        {
            return null;
        }
        (Tensor keys, Tensor values) = cache.BuffersOf(layer);
        return next.Kernels.NextAttention(
            new NextColumn(projected, _rotation.Cosines, _rotation.Sines, keys, values, next.First, cache.Filled)
        );
    }

    /// <summary>Rotates queries or keys of the new columns, <c>[rows, heads, n, width]</c>.</summary>
    public Tensor Rotate(Tensor heads) => _rotary.Rotate(heads, _rotation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _rotation.Cosines.Dispose();
        _rotation.Sines.Dispose();
        Mask.Dispose();
    }
}
