using System.Buffers;
using System.IO.Compression;
using Parquet.Columns;

namespace Parquet.Compression;

/// <summary>Brotli streams (RFC 7932).</summary>
internal sealed class BrotliCodec(CompressionLevel level) : PageCodec
{
    // Brotli can repeat 16 MiB in a few bytes; beyond this much, a page must be at least as large as its share of that.
    private const int UnquestionedBytes = 1 << 26;
    private const int MaximumRatio = 1 << 20;
    private const int WindowBits = 22;

    private readonly int quality = level switch
    {
        CompressionLevel.NoCompression => 0,
        CompressionLevel.Fastest => 1,
        CompressionLevel.SmallestSize => 11,
        _ => 4,
    };

    public override void Compress(ReadOnlySpan<byte> source, PooledBuffer output)
    {
        Span<byte> room = output.Reserve(BrotliEncoder.GetMaxCompressedLength(source.Length));
        if (!BrotliEncoder.TryCompress(source, room, out int written, quality, WindowBits))
        {
            throw new InvalidOperationException("Brotli needed more room than it said it would.");
        }
        output.Advance(written);
    }

    public override void CheckClaim(ReadOnlySpan<byte> source, int claimed) =>
        Require(claimed <= UnquestionedBytes || claimed <= (long)source.Length * MaximumRatio, source, claimed);

    public override void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        using var decoder = default(BrotliDecoder);
        OperationStatus status = decoder.Decompress(source, destination, out _, out int written);
        Require(status == OperationStatus.Done && written == destination.Length, source, destination.Length);
    }
}
