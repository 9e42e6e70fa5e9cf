using System.Collections.Concurrent;

namespace VlmQ.Datasets.Columns;

/// <summary>
/// Blocks of memory for what is read and let go again and again: once there are enough of them, nothing is left to the collector. It has
/// as many as were in use at once. Safe from several threads.
/// </summary>
internal sealed class BlockPool
{
    /// <summary>Bytes of a block: small enough not to be a large object.</summary>
    public const int BlockBytes = 1 << 16;

    private readonly ConcurrentBag<byte[]> _blocks = [];

    /// <summary>A block of unspecified contents.</summary>
    public byte[] Take() => _blocks.TryTake(out byte[]? block) ? block : GC.AllocateUninitializedArray<byte>(BlockBytes);

    /// <summary>Gives a block back, to which nobody may refer any longer.</summary>
    public void Return(byte[] block) => _blocks.Add(block);
}
