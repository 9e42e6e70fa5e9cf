namespace VlmQ.Datasets.Salvage;

/// <summary>Types of values in Thrift's compact protocol; those that Parquet's metadata use.</summary>
internal enum CompactType
{
    /// <summary>The end of a struct.</summary>
    Stop = 0,

    /// <summary>A field that is true.</summary>
    True = 1,

    /// <summary>A field that is false.</summary>
    False = 2,

    /// <summary>8-bit integer.</summary>
    Byte = 3,

    /// <summary>16-bit integer.</summary>
    I16 = 4,

    /// <summary>32-bit integer.</summary>
    I32 = 5,

    /// <summary>64-bit integer.</summary>
    I64 = 6,

    /// <summary>64-bit float.</summary>
    Double = 7,

    /// <summary>Bytes or text.</summary>
    Binary = 8,

    /// <summary>List.</summary>
    List = 9,

    /// <summary>Set.</summary>
    Set = 10,

    /// <summary>Struct.</summary>
    Struct = 12,
}
