namespace VlmQ.Datasets.Columns;

/// <summary>Copies of byte strings, one behind the other in blocks of a pool; all of them are let go at once.</summary>
internal sealed class BlockMemory(BlockPool pool) : IDisposable
{
    private readonly List<byte[]> _blocks = [];
    private Memory<byte> _free;

    /// <summary>A copy, to be read until this is disposed. What a block cannot hold has an array of its own.</summary>
    public ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BlockPool.BlockBytes)
        {
            return bytes.ToArray();
        }
        if (bytes.Length > _free.Length)
        {
            byte[] block = pool.Take();
            _blocks.Add(block);
            _free = block;
        }
        bytes.CopyTo(_free.Span);
        ReadOnlyMemory<byte> copy = _free[..bytes.Length];
        _free = _free[bytes.Length..];
        return copy;
    }

    /// <summary>Gives the blocks back; no copy may be read any longer.</summary>
    public void Dispose()
    {
        foreach (byte[] block in _blocks)
        {
            pool.Return(block);
        }
        _blocks.Clear();
        _free = default;
    }
}
