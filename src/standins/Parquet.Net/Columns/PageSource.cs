using Parquet.Meta;
using Parquet.Meta.Proto;

namespace Parquet.Columns;

/// <summary>The pages of one column chunk, read one at a time into a buffer that the next page reuses.</summary>
internal sealed class PageSource(Stream stream, PooledBuffer buffer)
{
    // Read beyond each page, so that the next header is there already.
    private const int Lookahead = 4096;
    private const int LargestHeader = 1 << 24;
    private long unread;
    private int bodyLength;
    private int consumed;

    /// <summary>Goes to a chunk.</summary>
    /// <param name="start">File offset of its first page.</param>
    /// <param name="length">Its bytes, which are known to lie inside the file.</param>
    public void Open(long start, long length)
    {
        stream.Seek(start, SeekOrigin.Begin);
        unread = length;
        consumed = 0;
        buffer.Clear();
    }

    /// <summary>Whether the chunk has bytes left.</summary>
    public bool HasMore => unread > 0 || buffer.Length > consumed;

    /// <summary>Reads the next page's header; its bytes must be taken, by one of the other two methods, before the one after.</summary>
    /// <exception cref="ParquetException">The page does not fit into the chunk.</exception>
    /// <exception cref="ThriftProtocolException">The header is unreadable.</exception>
    public async ValueTask<PageHeader> NextAsync(CancellationToken cancellationToken)
    {
        buffer.Discard(consumed);
        consumed = 0;
        await FillAsync(1, cancellationToken).ConfigureAwait(false);
        PageHeader header;
        int headerLength;
        while (!TryParse(out header, out headerLength))
        {
            await FillAsync(2 * buffer.Length, cancellationToken).ConfigureAwait(false);
        }
        long left = unread + buffer.Length - headerLength;
        if (header.CompressedSize < 0 || header.UncompressedSize < 0 || header.CompressedSize > left)
        {
            throw new ParquetException(
                $"A page claims {header.CompressedSize} bytes where its column chunk has {left} left; the file is damaged."
            );
        }
        consumed = headerLength;
        bodyLength = header.CompressedSize;
        return header;
    }

    /// <summary>The page's bytes as stored; they stay valid until the next page.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> TakeAsync(CancellationToken cancellationToken)
    {
        await FillAsync(consumed + bodyLength, cancellationToken).ConfigureAwait(false);
        int start = consumed;
        consumed += bodyLength;
        return buffer.Memory.Slice(start, bodyLength);
    }

    /// <summary>The page's bytes as stored, in memory of their own.</summary>
    /// <param name="newPage">Gives memory of a length.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async ValueTask<ReadOnlyMemory<byte>> TakeOwnAsync(Func<int, Memory<byte>> newPage, CancellationToken cancellationToken)
    {
        Memory<byte> body = newPage(bodyLength);
        int buffered = Math.Min(bodyLength, buffer.Length - consumed);
        buffer.Span.Slice(consumed, buffered).CopyTo(body.Span);
        consumed += buffered;
        int read = await stream
            .ReadAtLeastAsync(body[buffered..], bodyLength - buffered, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        unread -= read;
        return buffered + read == bodyLength ? body : throw EndsEarly();
    }

    /// <summary>Parses the header at the front; false where more of the chunk is needed for it.</summary>
    private bool TryParse(out PageHeader header, out int length)
    {
        var reader = new ThriftCompactReader(buffer.Span);
        try
        {
            header = PageHeader.Read(ref reader);
            length = reader.Position;
            return true;
        }
        catch (ThriftProtocolException) when (unread > 0 && buffer.Length < LargestHeader)
        {
            header = new PageHeader();
            length = 0;
            return false;
        }
    }

    private static IOException EndsEarly() => new("The file ends in the middle of a column chunk.");

    private async ValueTask FillAsync(int wanted, CancellationToken cancellationToken)
    {
        int missing = (int)Math.Min(wanted - buffer.Length, unread);
        if (missing <= 0)
        {
            return;
        }
        int most = (int)Math.Min(unread, missing + Lookahead);
        buffer.Reserve(most);
        int read = await stream
            .ReadAtLeastAsync(buffer.Array.AsMemory(buffer.Length, most), missing, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        if (read < missing)
        {
            throw EndsEarly();
        }
        buffer.Advance(read);
        unread -= read;
    }
}
