namespace VlmQ.Datasets.Salvage;

/// <summary>A part of a file with the ends of a Parquet file: reads as a whole one.</summary>
/// <param name="body">The file, seekable; stays open.</param>
/// <param name="bodyLength">Bytes of it that count; the first four are another file's beginning.</param>
/// <param name="footer">What follows them.</param>
internal sealed class FooteredStream(Stream body, long bodyLength, byte[] footer) : Stream
{
    private static readonly byte[] Head = "PAR1"u8.ToArray();

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => bodyLength + footer.Length;

    public override long Position { get; set; }

    private bool IsInBody => Position >= Head.Length && Position < bodyLength;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read;
        if (IsInBody)
        {
            body.Position = Position;
            read = body.Read(buffer[..(int)Math.Min(buffer.Length, bodyLength - Position)]);
        }
        else
        {
            ReadOnlySpan<byte> rest =
                Position < Head.Length ? Head.AsSpan((int)Position) : footer.AsSpan((int)Math.Min(Position - bodyLength, footer.Length));
            read = Math.Min(rest.Length, buffer.Length);
            rest[..read].CopyTo(buffer);
        }
        Position += read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!IsInBody)
        {
            return Read(buffer.Span);
        }
        body.Position = Position;
        Memory<byte> wanted = buffer[..(int)Math.Min(buffer.Length, bodyLength - Position)];
        int read = await body.ReadAsync(wanted, cancellationToken).ConfigureAwait(false);
        Position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
