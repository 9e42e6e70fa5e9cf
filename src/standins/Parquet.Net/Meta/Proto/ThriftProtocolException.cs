namespace Parquet.Meta.Proto;

/// <summary>Metadata that are not valid Thrift compact protocol, or lack what the format requires.</summary>
public class ThriftProtocolException : Exception
{
    /// <summary>An exception that says what is wrong.</summary>
    public ThriftProtocolException(string message)
        : base(message) { }

    /// <summary>An exception that says what is wrong and what caused it.</summary>
    public ThriftProtocolException(string message, Exception innerException)
        : base(message, innerException) { }
}
