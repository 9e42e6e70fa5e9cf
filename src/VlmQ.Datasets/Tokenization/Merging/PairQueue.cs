using System.Buffers;

namespace VlmQ.Datasets.Tokenization.Merging;

/// <summary>
/// Keys in order, the lowest first: a heap with four children a node. A key is a rank in its upper half and a position in its lower, so that
/// among equal ranks the leftmost comes first.
/// </summary>
internal struct PairQueue(int capacity) : IDisposable
{
    private const int Children = 4;

    private ulong[] _keys = ArrayPool<ulong>.Shared.Rent(Math.Max(16, capacity));
    private int _count;

    /// <summary>Puts a key anywhere; <see cref="Order"/> must follow before the first is taken.</summary>
    public void Append(int rank, int position)
    {
        if (_count == _keys.Length)
        {
            Grow();
        }
        _keys[_count++] = Key(rank, position);
    }

    /// <summary>Makes a heap of what was appended.</summary>
    public readonly void Order()
    {
        for (int i = (_count - 2) / Children; i >= 0 && _count > 1; i--)
        {
            Sink(i, _keys[i]);
        }
    }

    /// <summary>Adds a key.</summary>
    public void Add(int rank, int position)
    {
        Append(rank, position);
        ulong key = _keys[_count - 1];
        int at = _count - 1;
        while (at > 0 && _keys[(at - 1) / Children] > key)
        {
            _keys[at] = _keys[(at - 1) / Children];
            at = (at - 1) / Children;
        }
        _keys[at] = key;
    }

    /// <summary>Takes the lowest key; false where there is none.</summary>
    public bool TryTake(out int rank, out int position)
    {
        if (_count == 0)
        {
            (rank, position) = (0, 0);
            return false;
        }
        (rank, position) = ((int)(_keys[0] >> 32), (int)_keys[0]);
        ulong last = _keys[--_count];
        if (_count > 0)
        {
            Sink(0, last);
        }
        return true;
    }

    public readonly void Dispose() => ArrayPool<ulong>.Shared.Return(_keys);

    private static ulong Key(int rank, int position) => ((ulong)(uint)rank << 32) | (uint)position;

    private readonly void Sink(int at, ulong key)
    {
        ulong[] keys = _keys;
        while (true)
        {
            int child = (at * Children) + 1;
            if (child >= _count)
            {
                break;
            }
            int least = child;
            int end = Math.Min(child + Children, _count);
            for (int i = child + 1; i < end; i++)
            {
                least = keys[i] < keys[least] ? i : least;
            }
            if (keys[least] >= key)
            {
                break;
            }
            keys[at] = keys[least];
            at = least;
        }
        keys[at] = key;
    }

    private void Grow()
    {
        ulong[] larger = ArrayPool<ulong>.Shared.Rent(2 * _keys.Length);
        _keys.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<ulong>.Shared.Return(_keys);
        _keys = larger;
    }
}
