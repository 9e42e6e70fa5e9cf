using TorchSharp;
using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>
/// Keys and values of the columns that a decoder has read so far: one buffer of each a layer, <c>[rows, heads, capacity, head width]</c>,
/// filled from the left. A step adds its columns layer by layer with <see cref="Extend"/>, then moves on with <see cref="Advance"/>.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    /// <param name="layers">Layers of the model.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="heads">Key-value heads of a layer.</param>
    /// <param name="capacity">Most columns: prompt, image and generated tokens.</param>
    /// <param name="headWidth">Width of a head.</param>
    /// <param name="type">Type of keys and values.</param>
    /// <param name="device">Where they lie.</param>
    public KeyValueCache(int layers, int rows, int heads, int capacity, int headWidth, ScalarType type, Device device)
    {
        Capacity = capacity;
        _keys = Buffers();
        _values = Buffers();

        Tensor[] Buffers()
        {
            Tensor[] buffers = new Tensor[layers];
            for (int i = 0; i < layers; i++)
            {
                buffers[i] = empty([rows, heads, capacity, headWidth], dtype: type, device: device).DetachFromDisposeScope();
            }
            return buffers;
        }
    }

    /// <summary>Most columns.</summary>
    public int Capacity { get; }

    /// <summary>Columns that all layers hold.</summary>
    public int Filled { get; private set; }

    /// <summary>Adds a layer's keys and values of new columns behind the filled ones.</summary>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="keys"><c>[rows, heads, n, head width]</c>.</param>
    /// <param name="values">As many.</param>
    /// <returns>Views of all keys and values so far, <c>[rows, heads, filled + n, head width]</c>.</returns>
    /// <exception cref="InvalidOperationException">The cache is full.</exception>
    public (Tensor Keys, Tensor Values) Extend(int layer, Tensor keys, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        long columns = keys.shape[2];
        if (Filled + columns > Capacity)
        {
            throw new InvalidOperationException($"{columns} columns do not fit behind {Filled} of {Capacity}.");
        }
        using (NewDisposeScope())
        {
            _keys[layer].narrow(2, Filled, columns).copy_(keys);
            _values[layer].narrow(2, Filled, columns).copy_(values);
        }
        return (_keys[layer].narrow(2, 0, Filled + columns), _values[layer].narrow(2, 0, Filled + columns));
    }

    /// <summary>A layer's whole buffers, <c>[rows, heads, capacity, head width]</c>, for kernels that write a column themselves.</summary>
    internal (Tensor Keys, Tensor Values) BuffersOf(int layer) => (_keys[layer], _values[layer]);

    /// <summary>Counts columns that every layer has been extended by as filled.</summary>
    public void Advance(int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, Capacity - Filled);
        Filled += columns;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor buffer in _keys.Concat(_values))
        {
            buffer.Dispose();
        }
    }
}
