namespace Parquet.Conversions;

/// <summary>Universally unique identifiers, stored as sixteen bytes, most significant first (RFC 9562).</summary>
internal static class Identifiers
{
    /// <summary>Bytes of an identifier.</summary>
    public const int Size = 16;

    /// <summary>The conversion.</summary>
    public static ValueConversion Conversion { get; } =
        new ValueConversion<ReadOnlyMemory<byte>, Guid>(value =>
            value.Length == Size
                ? new Guid(value.Span, bigEndian: true)
                : throw new ParquetException($"A UUID of {value.Length} bytes; the file is damaged.")
        );
}
