namespace Parquet;

/// <summary>How pages are compressed. The numbers are Parquet's own codec numbers.</summary>
public enum CompressionMethod
{
    /// <summary>No compression.</summary>
    None = 0,

    /// <summary>Snappy: fast, about half the size on repetitive data. The default.</summary>
    Snappy = 1,

    /// <summary>Gzip (RFC 1952).</summary>
    Gzip = 2,

    /// <summary>LZO; neither written nor read.</summary>
    Lzo = 3,

    /// <summary>Brotli (RFC 7932).</summary>
    Brotli = 4,

    /// <summary>The deprecated Hadoop framing of LZ4; only read.</summary>
    LZ4 = 5,

    /// <summary>Zstandard (RFC 8878), by the system's libzstd.</summary>
    Zstd = 6,

    /// <summary>LZ4 blocks without framing (lz4_Block_format.md).</summary>
    Lz4Raw = 7,
}
