namespace Parquet;

/// <summary>A Parquet file, or a request made of one, that cannot be honoured.</summary>
public class ParquetException : Exception
{
    /// <summary>An exception without a message.</summary>
    public ParquetException() { }

    /// <summary>An exception that says what is wrong.</summary>
    public ParquetException(string message)
        : base(message) { }

    /// <summary>An exception that says what is wrong and what caused it.</summary>
    public ParquetException(string message, Exception inner)
        : base(message, inner) { }
}
