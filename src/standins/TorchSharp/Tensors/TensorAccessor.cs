using System.Collections;

namespace TorchSharp.Utils;

/// <summary>Reads and writes a tensor's elements in logical order, following its strides.</summary>
/// <typeparam name="T">Exactly the element type.</typeparam>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly bool _contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _tensor = tensor;
        _shape = tensor.shape;
        _strides = tensor.stride();
        _contiguous = tensor.is_contiguous();
        Count = tensor.numel();
    }

    /// <summary>The number of elements.</summary>
    public long Count { get; }

    private T* Data => (T*)NativeMethods.ts_data(_tensor.Handle);

    /// <summary>The element at the indices, one for each dimension; one index alone counts in logical order.</summary>
    public T this[params long[] indices]
    {
        get
        {
            var value = Data[Offset(indices)];
            GC.KeepAlive(_tensor);
            return value;
        }
        set
        {
            Data[Offset(indices)] = value;
            GC.KeepAlive(_tensor);
        }
    }

    public T[] ToArray()
    {
        var values = new T[Count];
        CopyTo(values);
        return values;
    }

    /// <summary>An array with the tensor's dimensions; of a tensor without any, one element.</summary>
    public Array ToNDArray()
    {
        if (_shape.Length <= 1)
        {
            return ToArray();
        }

        var array = Array.CreateInstance(typeof(T), _shape);
        var values = ToArray();
        Buffer.BlockCopy(values, 0, array, 0, checked(values.Length * sizeof(T)));
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var target = array[arrayIndex..];
        var count = (int)Math.Min(Count - tensorIndex, target.Length);
        if (_contiguous)
        {
            new ReadOnlySpan<T>(Data + tensorIndex, count).CopyTo(target);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                target[i] = Data[Position(tensorIndex + i)];
            }
        }

        GC.KeepAlive(_tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        var count = (int)Math.Min(Count - tensorIndex, source.Length);
        if (_contiguous)
        {
            source[..count].CopyTo(new Span<T>(Data + tensorIndex, count));
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                Data[Position(tensorIndex + i)] = source[i];
            }
        }

        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0L; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Nothing to do: the tensor owns the memory.</summary>
    public void Dispose() { }

    // Where the element that comes at that place in logical order lies.
    private long Position(long place)
    {
        var offset = 0L;
        for (var dimension = _shape.Length - 1; dimension >= 0; dimension--)
        {
            offset += place % _shape[dimension] * _strides[dimension];
            place /= _shape[dimension];
        }

        return offset;
    }

    private long Offset(long[] indices)
    {
        if (indices.Length == 1)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(indices[0], nameof(indices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(indices[0], Count, nameof(indices));
            return _contiguous ? indices[0] : Position(indices[0]);
        }

        if (indices.Length != _shape.Length)
        {
            throw new ArgumentException($"The tensor has {_shape.Length} dimensions, not {indices.Length}.", nameof(indices));
        }

        var offset = 0L;
        for (var dimension = 0; dimension < indices.Length; dimension++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(indices[dimension], nameof(indices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(indices[dimension], _shape[dimension], nameof(indices));
            offset += indices[dimension] * _strides[dimension];
        }

        return offset;
    }
}
