using System.IO.Compression;
using Parquet;
using VlmQ.Benchmarks.Harness;

namespace VlmQ.Benchmarks.Parquet;

/// <summary>
/// The slices that are measured, by name: <c>write</c> or <c>read</c>, a space, and the compression. They work on files in one folder.
/// </summary>
internal sealed class ParquetWork
{
    public static readonly string[] Slices =
    [
        "write uncompressed",
        "write snappy",
        "write zstd-3",
        "read uncompressed",
        "read snappy",
        "read zstd-3",
    ];

    private readonly SampleTable _table = new(seed: 1);
    private readonly TableBuffers _buffers;
    private readonly string _folder;
    private readonly double _seconds;

    /// <param name="folder">Where the files go.</param>
    /// <param name="seconds">Wall time of a slice, at least.</param>
    public ParquetWork(string folder, double seconds)
    {
        _folder = folder;
        _seconds = seconds;
        _buffers = _table.Buffers();
        foreach (string codec in Slices.Where(slice => slice.StartsWith("read ", StringComparison.Ordinal)).Select(slice => slice[5..]))
        {
            Write(codec, codec);
        }
    }

    /// <summary>Bytes of the table's values.</summary>
    public long Bytes => _table.Bytes;

    /// <summary>Does a slice: MB of values per CPU second of this process.</summary>
    public double Measure(string slice)
    {
        string codec = slice[(slice.IndexOf(' ') + 1)..];
        Action work = slice.StartsWith("write ", StringComparison.Ordinal) ? () => Write(codec, "written") : () => Read(codec);
        return Alternation.PerCpuSecond(_table.Bytes / 1e6, _seconds, work);
    }

    /// <summary>Bytes of the file that we have written.</summary>
    public long FileBytes(string codec) => new FileInfo(PathOf(codec)).Length;

    /// <summary>Bytes of the file that DuckDB wrote last.</summary>
    public long PeerFileBytes => new FileInfo(PathOf("duckdb")).Length;

    private static CompressionMethod Method(string codec) =>
        codec switch
        {
            "uncompressed" => CompressionMethod.None,
            "snappy" => CompressionMethod.Snappy,
            "zstd-3" => CompressionMethod.Zstd,
            _ => throw new ArgumentException($"there is no compression '{codec}'", nameof(codec)),
        };

    private void Write(string codec, string name)
    {
        using FileStream output = File.Create(PathOf(name));
        var options = new ParquetOptions { CompressionMethod = Method(codec), CompressionLevel = CompressionLevel.Optimal };
        _table.WriteAsync(output, options).GetAwaiter().GetResult();
    }

    private void Read(string name)
    {
        using FileStream input = File.OpenRead(PathOf(name));
        SampleTable.ReadAsync(input, _buffers).GetAwaiter().GetResult();
    }

    private string PathOf(string name) => Path.Combine(_folder, name + ".parquet");
}
