using Parquet.Columns;

namespace Parquet.Compression;

/// <summary>Pages as they are.</summary>
internal sealed class UncompressedCodec : PageCodec
{
    public override void Compress(ReadOnlySpan<byte> source, PooledBuffer output) => output.Write(source);

    public override void CheckClaim(ReadOnlySpan<byte> source, int claimed) => Require(source.Length == claimed, source, claimed);

    public override void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Require(source.Length == destination.Length, source, destination.Length);
        source.CopyTo(destination);
    }
}
