using System.Globalization;
using Parquet;

namespace VlmQ.Datasets.Writing;

/// <summary>How rows are cut into row groups and parts. Both hold whole episodes; whichever limit is reached first closes them.</summary>
public sealed record DatasetWriterOptions
{
    /// <summary>Rows that close a part.</summary>
    public int PartRows { get; init; } = 8192;

    /// <summary>Bytes before compression that close a part.</summary>
    public long PartBytes { get; init; } = 64L << 20;

    /// <summary>Rows that close a row group: what is buffered in memory, and what a reader reads at once.</summary>
    public int RowGroupRows { get; init; } = 512;

    /// <summary>Bytes before compression that close a row group.</summary>
    public long RowGroupBytes { get; init; } = 8L << 20;

    /// <summary>
    /// The codec. A PNG file does not get smaller, but a picture that comes back within a row group, as those of small environments do,
    /// is stored once, and token columns shrink; at its fastest level Zstandard takes about a hundredth of the time of the PNG work.
    /// </summary>
    public CompressionMethod Compression { get; init; } = CompressionMethod.Zstd;

    /// <summary>Throws if a limit is not positive.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not positive.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PartRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PartBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RowGroupRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RowGroupBytes, 1);
    }

    /// <summary>The options as text: parts made with other options have other bytes.</summary>
    internal string Describe() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{PartRows} rows or {PartBytes} bytes a part; {RowGroupRows} rows or {RowGroupBytes} bytes a row group; {Compression}"
        );
}
