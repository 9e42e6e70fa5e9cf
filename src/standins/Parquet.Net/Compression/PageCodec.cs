using System.IO.Compression;
using Parquet.Columns;
using Parquet.Meta;

namespace Parquet.Compression;

/// <summary>Compresses and decompresses whole pages. An instance may keep working memory: it serves one thread at a time.</summary>
internal abstract class PageCodec : IDisposable
{
    /// <summary>The codec for a file's codec number.</summary>
    /// <exception cref="ParquetException">There is none.</exception>
    public static PageCodec Create(CompressionCodec codec, CompressionLevel level) =>
        codec switch
        {
            CompressionCodec.UNCOMPRESSED => new UncompressedCodec(),
            CompressionCodec.SNAPPY => new SnappyCodec(),
            CompressionCodec.GZIP => new GzipCodec(level),
            CompressionCodec.BROTLI => new BrotliCodec(level),
            CompressionCodec.ZSTD => new ZstdCodec(level),
            CompressionCodec.LZ4 => new Lz4HadoopCodec(),
            CompressionCodec.LZ4_RAW => new Lz4RawCodec(),
            _ => throw new ParquetException($"The compression {codec} is not supported."),
        };

    /// <summary>Appends the compressed form of a page.</summary>
    public abstract void Compress(ReadOnlySpan<byte> source, PooledBuffer output);

    /// <summary>Fills <paramref name="destination"/>, whose length the page's header gave, exactly.</summary>
    /// <exception cref="ParquetException">The data are damaged or of another length.</exception>
    public abstract void Decompress(ReadOnlySpan<byte> source, Span<byte> destination);

    /// <summary>Refuses a claim of more bytes than the codec could ever make of the source, before memory is taken for it.</summary>
    /// <exception cref="ParquetException">The claim is impossible.</exception>
    public abstract void CheckClaim(ReadOnlySpan<byte> source, int claimed);

    /// <summary>Frees working memory.</summary>
    public virtual void Dispose() { }

    /// <summary>The usual complaint of a claim.</summary>
    protected static void Require(bool possible, ReadOnlySpan<byte> source, int claimed)
    {
        if (!possible)
        {
            throw new ParquetException($"A page of {source.Length} bytes claims to hold {claimed}; it is damaged.");
        }
    }
}
