namespace Parquet.Meta;

/// <summary>How values or levels are laid out.</summary>
public enum Encoding
{
    /// <summary>Values one after the other.</summary>
    PLAIN = 0,

    /// <summary>The older name of RLE_DICTIONARY.</summary>
    PLAIN_DICTIONARY = 2,

    /// <summary>Runs and bit-packed groups.</summary>
    RLE = 3,

    /// <summary>Deprecated level encoding.</summary>
    BIT_PACKED = 4,

    /// <summary>Differences of integers, bit-packed by blocks.</summary>
    DELTA_BINARY_PACKED = 5,

    /// <summary>Delta-encoded lengths, then all bytes.</summary>
    DELTA_LENGTH_BYTE_ARRAY = 6,

    /// <summary>Prefix lengths and suffixes.</summary>
    DELTA_BYTE_ARRAY = 7,

    /// <summary>Indexes into the dictionary page, as runs and bit-packed groups.</summary>
    RLE_DICTIONARY = 8,

    /// <summary>The k-th bytes of all values together, for each k.</summary>
    BYTE_STREAM_SPLIT = 9,
}
