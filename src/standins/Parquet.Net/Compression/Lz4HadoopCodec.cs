using System.Buffers.Binary;
using Parquet.Columns;

namespace Parquet.Compression;

/// <summary>
/// LZ4 as old writers stored it, which is only read: frames of the whole and the compressed length, four bytes each, most significant
/// first, then a block (Hadoop's framing); or, of other writers under the same number, one block without a frame.
/// </summary>
internal sealed class Lz4HadoopCodec : PageCodec
{
    private const int FrameHeader = 8;

    // Each further byte of a match's length stands for 255 bytes.
    private const int MaximumRatio = 255;

    public override void Compress(ReadOnlySpan<byte> source, PooledBuffer output) =>
        throw new NotSupportedException("LZ4 in Hadoop's framing is only read: choose Lz4Raw.");

    public override void CheckClaim(ReadOnlySpan<byte> source, int claimed) =>
        Require(claimed <= (long)source.Length * MaximumRatio, source, claimed);

    public override void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!IsFramed(source, destination.Length))
        {
            Lz4Decompressor.Decompress(source, destination);
            return;
        }
        while (!source.IsEmpty)
        {
            (int whole, int stored) = FrameAt(source);
            Lz4Decompressor.Decompress(source.Slice(FrameHeader, stored), destination[..whole]);
            source = source[(FrameHeader + stored)..];
            destination = destination[whole..];
        }
    }

    /// <summary>Whether the source is frames from its beginning to its end, of as many bytes as the page has.</summary>
    private static bool IsFramed(ReadOnlySpan<byte> source, int length)
    {
        long total = 0;
        while (source.Length >= FrameHeader)
        {
            (int whole, int stored) = FrameAt(source);
            if (whole < 0 || stored < 0 || stored > source.Length - FrameHeader)
            {
                return false;
            }
            total += whole;
            source = source[(FrameHeader + stored)..];
        }
        return source.IsEmpty && total == length;
    }

    private static (int Whole, int Stored) FrameAt(ReadOnlySpan<byte> source) =>
        (BinaryPrimitives.ReadInt32BigEndian(source), BinaryPrimitives.ReadInt32BigEndian(source[4..]));
}
