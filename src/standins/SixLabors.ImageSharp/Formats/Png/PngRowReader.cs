using System.Buffers;
using System.IO.Compression;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Inflates as many rows as fit a block at once, then undoes their filters one by one.</summary>
internal sealed class PngRowReader : IDisposable
{
    private const int BlockBytes = 512 * 1024;

    private readonly ZLibStream inflater;
    private readonly PngHeader header;
    private byte[] block = [];
    private byte[] rows = [];
    private int rowBytes;
    private int position;
    private int filled;
    private int rowsLeft;
    private bool odd;

    public PngRowReader(Stream data, PngHeader header)
    {
        inflater = new ZLibStream(data, CompressionMode.Decompress, leaveOpen: true);
        this.header = header;
    }

    /// <summary>Reads all rows of an image that is not interlaced into packed memory.</summary>
    public void ReadInto(Span<byte> pixels)
    {
        StartPass(PngPass.Whole(header.Width, header.Height));
        ReadOnlySpan<byte> prior = rows.AsSpan(0, rowBytes);
        for (int start = 0; start < pixels.Length; start += rowBytes)
        {
            Span<byte> row = pixels.Slice(start, rowBytes);
            ReadRow(prior, row);
            prior = row;
        }
    }

    public void StartPass(PngPass pass)
    {
        rowBytes = (int)header.RowBytes(pass.Width);
        rowsLeft = pass.Height;
        position = filled = 0;
        Rent(ref rows, 2L * rowBytes);
        rows.AsSpan(0, 2 * rowBytes).Clear();
        Rent(ref block, Math.Max(1 + rowBytes, Math.Min(BlockBytes, (long)(1 + rowBytes) * rowsLeft)));
        odd = false;
    }

    /// <summary>The samples of the next row of the pass, valid until the call after the next.</summary>
    public ReadOnlySpan<byte> ReadRow()
    {
        Span<byte> prior = rows.AsSpan(odd ? rowBytes : 0, rowBytes);
        Span<byte> row = rows.AsSpan(odd ? 0 : rowBytes, rowBytes);
        ReadRow(prior, row);
        odd = !odd;
        return row;
    }

    public void Dispose()
    {
        inflater.Dispose();
        Return(ref rows);
        Return(ref block);
    }

    private void ReadRow(ReadOnlySpan<byte> prior, Span<byte> row)
    {
        if (position == filled)
        {
            Fill();
        }
        ReadOnlySpan<byte> filtered = block.AsSpan(position, 1 + rowBytes);
        PngUnfilter.Row(filtered[0], filtered[1..], prior, row, header.FilterDistance);
        position += filtered.Length;
        rowsLeft--;
    }

    private void Fill()
    {
        int length = (int)Math.Min((long)rowsLeft, Math.Max(1, BlockBytes / (1 + rowBytes))) * (1 + rowBytes);
        int read = inflater.ReadAtLeast(block.AsSpan(0, length), length, throwOnEndOfStream: false);
        if (read < length)
        {
            throw new InvalidImageContentException(
                $"The pixels of the PNG end early: {rowsLeft - (read / (1 + rowBytes))} rows are missing."
            );
        }
        position = 0;
        filled = length;
    }

    private static void Rent(ref byte[] buffer, long length)
    {
        if (length > Array.MaxLength)
        {
            throw new InvalidImageContentException($"A row of the PNG takes {length} bytes, more than one array can hold.");
        }
        if (buffer.Length < length)
        {
            Return(ref buffer);
            buffer = ArrayPool<byte>.Shared.Rent((int)length);
        }
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }
}
