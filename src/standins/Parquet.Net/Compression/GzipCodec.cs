using System.IO.Compression;
using Parquet.Columns;

namespace Parquet.Compression;

/// <summary>Gzip members (RFC 1952).</summary>
internal sealed class GzipCodec(CompressionLevel level) : PageCodec
{
    // Deflate's densest form: 258 bytes in two bits.
    private const int MaximumRatio = 1032;

    public override void Compress(ReadOnlySpan<byte> source, PooledBuffer output)
    {
        using var stream = new PooledBufferStream(output);
        using var gzip = new GZipStream(stream, level, leaveOpen: true);
        gzip.Write(source);
    }

    public override void CheckClaim(ReadOnlySpan<byte> source, int claimed) =>
        Require(claimed <= (long)source.Length * MaximumRatio, source, claimed);

    public override unsafe void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* bytes = source)
        {
            using var stream = new UnmanagedMemoryStream(bytes, source.Length);
            using var gzip = new GZipStream(stream, CompressionMode.Decompress);
            try
            {
                int read = gzip.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
                Require(read == destination.Length && gzip.ReadByte() < 0, source, destination.Length);
            }
            catch (InvalidDataException e)
            {
                throw new ParquetException("A gzip page is damaged.", e);
            }
        }
    }
}
