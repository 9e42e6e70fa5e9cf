namespace Parquet.Meta;

/// <summary>Parquet's codec numbers.</summary>
public enum CompressionCodec
{
    /// <summary>None.</summary>
    UNCOMPRESSED = 0,

    /// <summary>Snappy.</summary>
    SNAPPY = 1,

    /// <summary>Gzip.</summary>
    GZIP = 2,

    /// <summary>LZO.</summary>
    LZO = 3,

    /// <summary>Brotli.</summary>
    BROTLI = 4,

    /// <summary>LZ4 in the deprecated Hadoop framing.</summary>
    LZ4 = 5,

    /// <summary>Zstandard.</summary>
    ZSTD = 6,

    /// <summary>LZ4 blocks.</summary>
    LZ4_RAW = 7,
}
