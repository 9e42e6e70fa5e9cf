namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>The content of consecutive IDAT chunks as one stream; the memory must stay pinned while it is read.</summary>
internal sealed unsafe class PngDataStream : Stream
{
    private readonly byte* png;
    private readonly int pngLength;
    private int nextChunk;
    private int position;
    private int remaining;

    public PngDataStream(byte* png, int pngLength, int firstChunk)
    {
        this.png = png;
        this.pngLength = pngLength;
        nextChunk = firstChunk;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (remaining == 0)
        {
            PngChunk chunk = PngChunk.At(new ReadOnlySpan<byte>(png, pngLength), nextChunk);
            if (chunk.Type != PngSyntax.Data)
            {
                return 0;
            }
            position = nextChunk + 8;
            remaining = chunk.Data.Length;
            nextChunk += chunk.Length;
        }
        int count = Math.Min(buffer.Length, remaining);
        new ReadOnlySpan<byte>(png + position, count).CopyTo(buffer);
        position += count;
        remaining -= count;
        return count;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
