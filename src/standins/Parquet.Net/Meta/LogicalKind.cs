namespace Parquet.Meta;

/// <summary>The members of Parquet's LogicalType union, by their field number.</summary>
internal enum LogicalKind : short
{
    None = 0,
    String = 1,
    Map = 2,
    List = 3,
    Enum = 4,
    Decimal = 5,
    Date = 6,
    Time = 7,
    Timestamp = 8,
    Integer = 10,
    Null = 11,
    Json = 12,
    Bson = 13,
    Uuid = 14,
    Half = 15,
}
