namespace Parquet.Meta;

/// <summary>Parquet's physical types.</summary>
public enum Type
{
    /// <summary>One bit.</summary>
    BOOLEAN = 0,

    /// <summary>Four bytes, signed.</summary>
    INT32 = 1,

    /// <summary>Eight bytes, signed.</summary>
    INT64 = 2,

    /// <summary>Twelve bytes; old timestamps.</summary>
    INT96 = 3,

    /// <summary>IEEE 754 binary32.</summary>
    FLOAT = 4,

    /// <summary>IEEE 754 binary64.</summary>
    DOUBLE = 5,

    /// <summary>Bytes with a length.</summary>
    BYTE_ARRAY = 6,

    /// <summary>Bytes whose length the schema gives.</summary>
    FIXED_LEN_BYTE_ARRAY = 7,
}
