using System.Buffers;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Tokenizers.Bpe;

/// <summary>Ids that are being gathered, in pooled memory.</summary>
internal ref struct IdBuffer(int capacity)
{
    private int[] rented = ArrayPool<int>.Shared.Rent(Math.Max(16, capacity));

    public int Count { get; private set; }

    public void Add(int id)
    {
        if (Count == rented.Length)
        {
            Grow(1);
        }
        rented[Count++] = id;
    }

    public void Add(ReadOnlySpan<int> ids)
    {
        if (ids.Length > rented.Length - Count)
        {
            Grow(ids.Length);
        }
        ids.CopyTo(rented.AsSpan(Count));
        Count += ids.Length;
    }

    /// <summary>Room for that many ids behind those that are there; <see cref="Commit"/> says how many were used.</summary>
    public Span<int> Room(int most)
    {
        if (most > rented.Length - Count)
        {
            Grow(most);
        }
        return rented.AsSpan(Count, most);
    }

    public void Commit(int used) => Count += used;

    public void Truncate(int count) => Count = count;

    public readonly ReadOnlySpan<int> From(int start) => rented.AsSpan(start, Count - start);

    public readonly List<int> ToList()
    {
        List<int> list = [];
        CollectionsMarshal.SetCount(list, Count);
        rented.AsSpan(0, Count).CopyTo(CollectionsMarshal.AsSpan(list));
        return list;
    }

    public readonly void Dispose() => ArrayPool<int>.Shared.Return(rented);

    private void Grow(int more)
    {
        int[] larger = ArrayPool<int>.Shared.Rent(Math.Max(2 * rented.Length, Count + more));
        rented.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<int>.Shared.Return(rented);
        rented = larger;
    }
}
