using System.Buffers;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Cuts what is written into IDAT chunks.</summary>
internal sealed class PngDataWriter(PngChunkWriter chunks) : Stream
{
    private const int ChunkBytes = 64 * 1024;

    private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private int filled;
    private bool disposed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int count = Math.Min(data.Length, ChunkBytes - filled);
            data[..count].CopyTo(buffer.AsSpan(filled));
            filled += count;
            data = data[count..];
            if (filled == ChunkBytes)
            {
                Complete();
            }
        }
    }

    /// <summary>Writes what has gathered as a chunk.</summary>
    public void Complete()
    {
        if (filled > 0)
        {
            chunks.Write(PngSyntax.Data, buffer.AsSpan(0, filled));
            filled = 0;
        }
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed)
        {
            disposed = true;
            ArrayPool<byte>.Shared.Return(buffer);
        }
        base.Dispose(disposing);
    }
}
