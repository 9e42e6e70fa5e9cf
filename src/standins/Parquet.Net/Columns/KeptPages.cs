using System.Buffers;

namespace Parquet.Columns;

/// <summary>
/// Pages whose bytes are handed out as slices, in arrays from the shared pool: for a reader that copies the slices before it gives the
/// pages back.
/// </summary>
internal sealed class KeptPages : IDisposable
{
    private readonly List<byte[]> pages = [];

    /// <summary>Memory for a page, of unspecified contents.</summary>
    public Memory<byte> Take(int length)
    {
        byte[] page = ArrayPool<byte>.Shared.Rent(length);
        pages.Add(page);
        return page.AsMemory(0, length);
    }

    public void Dispose()
    {
        foreach (byte[] page in pages)
        {
            ArrayPool<byte>.Shared.Return(page);
        }
        pages.Clear();
    }
}
