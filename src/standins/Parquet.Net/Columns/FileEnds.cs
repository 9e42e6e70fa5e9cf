using System.Buffers.Binary;
using Parquet.Meta;

namespace Parquet.Columns;

/// <summary>What every Parquet file begins and ends with.</summary>
internal static class FileEnds
{
    /// <summary>The first and the last four bytes.</summary>
    public static ReadOnlyMemory<byte> Magic { get; } = "PAR1"u8.ToArray();

    /// <summary>Reads a file's footer.</summary>
    /// <returns>The footer, and its offset in the stream.</returns>
    /// <exception cref="IOException">The stream does not hold a whole Parquet file.</exception>
    /// <exception cref="Meta.Proto.ThriftProtocolException">The footer is unreadable.</exception>
    public static async Task<(FileMetaData Footer, long Start)> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        long length = stream.Length;
        if (length < 12)
        {
            throw new IOException($"Not a Parquet file: it has only {length} bytes.");
        }
        byte[] ends = new byte[12];
        stream.Seek(0, SeekOrigin.Begin);
        await stream.ReadExactlyAsync(ends.AsMemory(0, 4), cancellationToken).ConfigureAwait(false);
        stream.Seek(length - 8, SeekOrigin.Begin);
        await stream.ReadExactlyAsync(ends.AsMemory(4, 8), cancellationToken).ConfigureAwait(false);
        if (!ends.AsSpan(0, 4).SequenceEqual(Magic.Span) || !ends.AsSpan(8, 4).SequenceEqual(Magic.Span))
        {
            throw new IOException("Not a whole Parquet file: it does not begin and end with 'PAR1'.");
        }
        uint footerLength = BinaryPrimitives.ReadUInt32LittleEndian(ends.AsSpan(4));
        if (footerLength > length - 12)
        {
            throw new IOException($"Not a whole Parquet file: a footer of {footerLength} bytes does not fit into {length}.");
        }
        long start = length - 8 - footerLength;
        byte[] footer = new byte[footerLength];
        stream.Seek(start, SeekOrigin.Begin);
        await stream.ReadExactlyAsync(footer, cancellationToken).ConfigureAwait(false);
        return (FileMetaData.Read(footer), start);
    }
}
