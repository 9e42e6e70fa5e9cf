namespace Parquet.Data;

/// <summary>What a file says of a column chunk's values; whoever wrote it may have been wrong.</summary>
public class DataColumnStatistics
{
    /// <summary>Statistics of which nothing is known.</summary>
    public DataColumnStatistics() { }

    /// <summary>Statistics by their values; null for what is not known.</summary>
    public DataColumnStatistics(long? nullCount, long? distinctCount, object? minValue, object? maxValue)
    {
        NullCount = nullCount;
        DistinctCount = distinctCount;
        MinValue = minValue;
        MaxValue = maxValue;
    }

    /// <summary>How many values are null.</summary>
    public long? NullCount { get; }

    /// <summary>How many distinct values there are.</summary>
    public long? DistinctCount { get; }

    /// <summary>The least value, of the column's type (text as a string).</summary>
    public object? MinValue { get; }

    /// <summary>The greatest value, of the column's type (text as a string).</summary>
    public object? MaxValue { get; }
}
