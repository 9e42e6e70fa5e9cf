namespace Parquet.Meta;

/// <summary>The members of Parquet's LogicalType union that matter here, by their field number.</summary>
internal enum LogicalKind : short
{
    None = 0,
    String = 1,
    Map = 2,
    List = 3,
    Enum = 4,
    Integer = 10,
    Json = 12,
}
