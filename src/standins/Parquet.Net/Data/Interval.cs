namespace Parquet.File.Values.Primitives;

/// <summary>A span of time in three parts that do not make up for each other.</summary>
/// <param name="months">Months.</param>
/// <param name="days">Days.</param>
/// <param name="millis">Milliseconds.</param>
public struct Interval(int months, int days, int millis)
{
    /// <summary>Months.</summary>
    public int Months { get; set; } = months;

    /// <summary>Days.</summary>
    public int Days { get; set; } = days;

    /// <summary>Milliseconds.</summary>
    public int Millis { get; set; } = millis;
}
