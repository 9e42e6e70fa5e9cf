namespace VlmQ.Datasets.Columns;

/// <summary>
/// What a row group takes up in memory: an array a column, and blocks with byte strings one behind the other. The next row group can be read
/// into the same memory, so that a stream leaves nothing to the collector.
/// </summary>
internal sealed class GroupMemory
{
    // Small enough not to be a large object.
    private const int BlockBytes = 1 << 16;

    // Row groups of about one size need last blocks of about one size.
    private const int BlockStep = 1 << 13;

    private readonly Dictionary<string, Array> _arrays = [];
    private readonly List<byte[]> _blocks = [];
    private int _full = -1;
    private Memory<byte> _free;

    /// <summary>A column's array, at least so long; exactly so long the first time. Its contents are unspecified.</summary>
    public T[] Take<T>(string column, int length)
    {
        bool isUsed = _arrays.TryGetValue(column, out Array? before);
        if (before is T[] found && found.Length >= length)
        {
            return found;
        }
        // Groups are of about one size: a little more than asked for is enough for most of those to come.
        T[] array = new T[isUsed ? checked(length + (length / 8)) : length];
        _arrays[column] = array;
        return array;
    }

    /// <summary>A copy of a byte string. What a block cannot hold has an array of its own.</summary>
    /// <param name="bytes">The string.</param>
    /// <param name="toCome">Bytes of the strings that are still to be copied, this one with them: a new block need not hold more.</param>
    public ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes, long toCome)
    {
        if (bytes.Length > BlockBytes)
        {
            return bytes.ToArray();
        }
        // A block may be smaller than the string: it was made for the last strings of another row group.
        while (bytes.Length > _free.Length)
        {
            if (++_full == _blocks.Count)
            {
                long length = Math.Min(BlockBytes, Math.Max(bytes.Length, toCome + BlockStep - 1) / BlockStep * BlockStep);
                _blocks.Add(GC.AllocateUninitializedArray<byte>((int)length));
            }
            _free = _blocks[_full];
        }
        bytes.CopyTo(_free.Span);
        ReadOnlyMemory<byte> copy = _free[..bytes.Length];
        _free = _free[bytes.Length..];
        return copy;
    }

    /// <summary>Makes room for the next row group: arrays and copies of this one may not be read any longer.</summary>
    public void Clear()
    {
        _full = -1;
        _free = default;
    }
}
