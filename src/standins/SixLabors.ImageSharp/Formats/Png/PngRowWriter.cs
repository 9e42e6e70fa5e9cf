using System.Buffers;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Filters rows and hands them to the compressor in large blocks.</summary>
internal sealed class PngRowWriter(Stream deflater, PngFilterMethod method, PngHeader header) : IDisposable
{
    private const int BlockBytes = 512 * 1024;

    private byte[] block = [];
    private byte[] priorRow = [];
    private byte[] trial = [];
    private int filled;
    private int rowBytes;

    public void StartPass(PngPass pass)
    {
        Flush();
        rowBytes = checked((int)header.RowBytes(pass.Width));
        Rent(ref priorRow, rowBytes);
        priorRow.AsSpan(0, rowBytes).Clear();
        Rent(ref block, (int)Math.Max(1 + rowBytes, Math.Min(BlockBytes, (long)(1 + rowBytes) * pass.Height)));
        if (method == PngFilterMethod.Adaptive)
        {
            Rent(ref trial, rowBytes);
        }
    }

    public void WriteRow(ReadOnlySpan<byte> row)
    {
        if (block.Length - filled < 1 + rowBytes)
        {
            Flush();
        }
        Span<byte> target = block.AsSpan(filled, 1 + rowBytes);
        ReadOnlySpan<byte> prior = priorRow.AsSpan(0, rowBytes);
        target[0] =
            method == PngFilterMethod.Adaptive
                ? Best(row, prior, target[1..])
                : PngFilter.Row(method, row, prior, target[1..], header.FilterDistance);
        row.CopyTo(priorRow);
        filled += target.Length;
    }

    public void Dispose()
    {
        Flush();
        Return(ref block);
        Return(ref priorRow);
        Return(ref trial);
    }

    private byte Best(ReadOnlySpan<byte> row, ReadOnlySpan<byte> prior, Span<byte> target)
    {
        byte best = PngFilter.Row(PngFilterMethod.None, row, prior, target, header.FilterDistance);
        long least = PngFilter.Cost(target);
        Span<byte> candidate = trial.AsSpan(0, rowBytes);
        for (PngFilterMethod filter = PngFilterMethod.Sub; filter <= PngFilterMethod.Paeth; filter++)
        {
            byte number = PngFilter.Row(filter, row, prior, candidate, header.FilterDistance);
            long cost = PngFilter.Cost(candidate);
            if (cost < least)
            {
                (least, best) = (cost, number);
                candidate.CopyTo(target);
            }
        }
        return best;
    }

    private void Flush()
    {
        deflater.Write(block, 0, filled);
        filled = 0;
    }

    private static void Rent(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            Return(ref buffer);
            buffer = ArrayPool<byte>.Shared.Rent(length);
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
