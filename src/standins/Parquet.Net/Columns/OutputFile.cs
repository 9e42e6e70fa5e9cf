namespace Parquet.Columns;

/// <summary>The stream that a file is written to, and how far it has come: streams that cannot seek do not know.</summary>
internal sealed class OutputFile(Stream stream)
{
    public Stream Stream { get; } = stream;

    public long Position { get; private set; } = stream.CanSeek ? stream.Position : 0;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await Stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        Position += bytes.Length;
    }

    public void Seek(long position)
    {
        Stream.Seek(position, SeekOrigin.Begin);
        Position = position;
    }
}
