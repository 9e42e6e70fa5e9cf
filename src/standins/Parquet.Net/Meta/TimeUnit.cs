namespace Parquet.Meta;

/// <summary>What a time is counted in: the members of Parquet's TimeUnit union, by their field number.</summary>
internal enum TimeUnit : short
{
    None = 0,
    Milliseconds = 1,
    Microseconds = 2,
    Nanoseconds = 3,
}
