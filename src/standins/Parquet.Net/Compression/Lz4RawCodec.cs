using Parquet.Columns;

namespace Parquet.Compression;

/// <summary>LZ4 blocks without framing (lz4_Block_format.md of lz4/lz4), as LZ4_RAW stores them.</summary>
internal sealed class Lz4RawCodec : PageCodec
{
    // Each further byte of a match's length stands for 255 bytes.
    private const int MaximumRatio = 255;
    private readonly int[] table = new int[Lz4Compressor.TableSize];

    public override void Compress(ReadOnlySpan<byte> source, PooledBuffer output)
    {
        Span<byte> room = output.Reserve(Lz4Compressor.MaximumLength(source.Length));
        output.Advance(Lz4Compressor.Compress(source, room, table));
    }

    public override void CheckClaim(ReadOnlySpan<byte> source, int claimed) =>
        Require(claimed <= (long)source.Length * MaximumRatio, source, claimed);

    public override void Decompress(ReadOnlySpan<byte> source, Span<byte> destination) => Lz4Decompressor.Decompress(source, destination);
}
