namespace Parquet.Meta;

/// <summary>What a physical type stands for; superseded by logical types, still written for old readers.</summary>
public enum ConvertedType
{
    /// <summary>Text.</summary>
    UTF8 = 0,

    /// <summary>A map.</summary>
    MAP = 1,

    /// <summary>The repeated group of a map, in old files.</summary>
    MAP_KEY_VALUE = 2,

    /// <summary>A list.</summary>
    LIST = 3,

    /// <summary>A name out of a fixed set.</summary>
    ENUM = 4,

    /// <summary>A scaled integer.</summary>
    DECIMAL = 5,

    /// <summary>Days since 1970-01-01.</summary>
    DATE = 6,

    /// <summary>Milliseconds since midnight.</summary>
    TIME_MILLIS = 7,

    /// <summary>Microseconds since midnight.</summary>
    TIME_MICROS = 8,

    /// <summary>Milliseconds since 1970-01-01.</summary>
    TIMESTAMP_MILLIS = 9,

    /// <summary>Microseconds since 1970-01-01.</summary>
    TIMESTAMP_MICROS = 10,

    /// <summary>Unsigned, 8 bit.</summary>
    UINT_8 = 11,

    /// <summary>Unsigned, 16 bit.</summary>
    UINT_16 = 12,

    /// <summary>Unsigned, 32 bit.</summary>
    UINT_32 = 13,

    /// <summary>Unsigned, 64 bit.</summary>
    UINT_64 = 14,

    /// <summary>Signed, 8 bit.</summary>
    INT_8 = 15,

    /// <summary>Signed, 16 bit.</summary>
    INT_16 = 16,

    /// <summary>Signed, 32 bit.</summary>
    INT_32 = 17,

    /// <summary>Signed, 64 bit.</summary>
    INT_64 = 18,

    /// <summary>JSON text.</summary>
    JSON = 19,

    /// <summary>BSON bytes.</summary>
    BSON = 20,

    /// <summary>Months, days and milliseconds.</summary>
    INTERVAL = 21,
}
