namespace Parquet.Conversions;

/// <summary>Between the values that a file stores and those that a column holds, where they are not of one type.</summary>
internal abstract class ValueConversion
{
    /// <summary>Bytes of a stored value in a buffer.</summary>
    public abstract int StoredSize { get; }

    /// <summary>A bound of the file's statistics as a value; null where it cannot be read.</summary>
    public abstract object? ToBound(byte[]? stored);
}
