using System.Collections.Concurrent;
using System.IO.Compression;
using Parquet.Columns;

namespace Parquet.Compression;

/// <summary>Zstandard frames (RFC 8878), by the system's libzstd.</summary>
internal sealed class ZstdCodec : PageCodec
{
    // A run-length block makes 128 KiB of four bytes. Beyond this much a frame must itself state the length that the page claims.
    private const int UnquestionedBytes = 1 << 26;

    // Of many files that are open at once, few are being read: those share as many contexts as are at work at once.
    private static readonly ConcurrentBag<ZstdContext> Idle = [];
    private readonly int level;
    private ZstdContext? compressor;

    public ZstdCodec(CompressionLevel level)
    {
        this.level = level switch
        {
            CompressionLevel.NoCompression or CompressionLevel.Fastest => 1,
            CompressionLevel.SmallestSize => 19,
            _ => 3,
        };
    }

    public override void Compress(ReadOnlySpan<byte> source, PooledBuffer output)
    {
        compressor ??= ZstdContext.ForCompression();
        Span<byte> room = output.Reserve(ZstdContext.MaximumLength(source.Length));
        output.Advance(compressor.Compress(source, room, level));
    }

    public override void CheckClaim(ReadOnlySpan<byte> source, int claimed) =>
        Require(claimed <= UnquestionedBytes || ZstdContext.StatedLength(source) == claimed, source, claimed);

    public override void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ZstdContext decompressor = Idle.TryTake(out ZstdContext? idle) ? idle : ZstdContext.ForDecompression();
        try
        {
            Require(decompressor.Decompress(source, destination) == destination.Length, source, destination.Length);
        }
        finally
        {
            Idle.Add(decompressor);
        }
    }

    public override void Dispose()
    {
        compressor?.Dispose();
    }
}
