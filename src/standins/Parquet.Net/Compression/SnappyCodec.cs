using Parquet.Columns;

namespace Parquet.Compression;

/// <summary>Raw Snappy blocks, as Parquet stores them.</summary>
internal sealed class SnappyCodec : PageCodec
{
    // The densest element is a copy of 64 bytes in 3.
    private const int MaximumRatio = 22;
    private readonly ushort[] table = new ushort[SnappyCompressor.TableSize];

    public override void Compress(ReadOnlySpan<byte> source, PooledBuffer output)
    {
        Span<byte> room = output.Reserve(SnappyCompressor.MaximumLength(source.Length));
        output.Advance(SnappyCompressor.Compress(source, room, table));
    }

    public override void CheckClaim(ReadOnlySpan<byte> source, int claimed) =>
        Require(claimed <= (long)source.Length * MaximumRatio, source, claimed);

    public override void Decompress(ReadOnlySpan<byte> source, Span<byte> destination) =>
        SnappyDecompressor.Decompress(source, destination);
}
