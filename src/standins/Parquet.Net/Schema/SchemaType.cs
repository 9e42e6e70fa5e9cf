namespace Parquet.Schema;

/// <summary>Kinds of fields.</summary>
public enum SchemaType
{
    /// <summary>A column of values.</summary>
    Data,

    /// <summary>Keys and values.</summary>
    Map,

    /// <summary>Named members.</summary>
    Struct,

    /// <summary>Any number of items.</summary>
    List,
}
