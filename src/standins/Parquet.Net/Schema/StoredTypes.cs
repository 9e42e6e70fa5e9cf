using Parquet.Conversions;
using Parquet.File.Values.Primitives;
using Parquet.Meta;

namespace Parquet.Schema;

/// <summary>What the leaves of a file's schema hold: logical types first, then the converted types of old files, then what is stored.</summary>
internal static class StoredTypes
{
    private const int HalfSize = 2;
    private const int IntervalSize = 12;

    /// <summary>The type of a leaf's values, how they come of the stored ones, and why they cannot be read where they cannot.</summary>
    public static (System.Type Type, ValueConversion? Conversion, string? Unsupported) Interpret(
        SchemaElement element,
        bool byteArrayAsString
    ) =>
        element.Type switch
        {
            Meta.Type.BOOLEAN => (typeof(bool), null, null),
            Meta.Type.INT32 => OfInt32(element),
            Meta.Type.INT64 => OfInt64(element),
            Meta.Type.INT96 => (typeof(DateTime), Times.Legacy, null),
            Meta.Type.FLOAT => (typeof(float), null, null),
            Meta.Type.DOUBLE => (typeof(double), null, null),
            Meta.Type.BYTE_ARRAY when IsText(element) => (typeof(string), null, null),
            Meta.Type.BYTE_ARRAY when IsDecimal(element) => Decimal(element, Decimals.FromBytes),
            Meta.Type.BYTE_ARRAY => (byteArrayAsString ? typeof(string) : typeof(byte[]), null, null),
            _ => OfFixedLength(element),
        };

    private static (System.Type, ValueConversion?, string?) OfInt32(SchemaElement element)
    {
        if (element.Logical == LogicalKind.Date || element is { Logical: LogicalKind.None, ConvertedType: ConvertedType.DATE })
        {
            return (typeof(DateTime), Times.Dates, null);
        }
        return IsDecimal(element) ? Decimal(element, Decimals.FromInt32) : Integer(element, 32);
    }

    private static (System.Type, ValueConversion?, string?) OfInt64(SchemaElement element)
    {
        if (element.Logical == LogicalKind.Timestamp)
        {
            LogicalParameters parameters = element.Parameters;
            return parameters.Unit == TimeUnit.None
                ? (typeof(DateTime), null, Describe(element))
                : (typeof(DateTime), Times.Timestamps(parameters.Unit, parameters.IsUtc ? DateTimeKind.Utc : DateTimeKind.Local), null);
        }
        return element switch
        {
            { Logical: LogicalKind.None, ConvertedType: ConvertedType.TIMESTAMP_MILLIS } => (
                typeof(DateTime),
                Times.Timestamps(TimeUnit.Milliseconds, DateTimeKind.Utc),
                null
            ),
            { Logical: LogicalKind.None, ConvertedType: ConvertedType.TIMESTAMP_MICROS } => (
                typeof(DateTime),
                Times.Timestamps(TimeUnit.Microseconds, DateTimeKind.Utc),
                null
            ),
            _ => IsDecimal(element) ? Decimal(element, Decimals.FromInt64) : Integer(element, 64),
        };
    }

    private static (System.Type, ValueConversion?, string?) OfFixedLength(SchemaElement element)
    {
        if (element.TypeLength is not > 0)
        {
            return (typeof(byte[]), null, Describe(element));
        }
        return element switch
        {
            _ when IsDecimal(element) => Decimal(element, Decimals.FromBytes),
            { Logical: LogicalKind.Uuid, TypeLength: Identifiers.Size } => (typeof(Guid), Identifiers.Conversion, null),
            { Logical: LogicalKind.Half, TypeLength: HalfSize } => (typeof(Half), null, null),
            { Logical: LogicalKind.None, ConvertedType: ConvertedType.INTERVAL, TypeLength: IntervalSize } => (
                typeof(Interval),
                null,
                null
            ),
            _ => (typeof(byte[]), null, null),
        };
    }

    // Times of day are counts of their unit: they have no type of their own here.
    private static (System.Type, ValueConversion?, string?) Integer(SchemaElement element, int width)
    {
        (int bits, bool signed) = element switch
        {
            { Logical: LogicalKind.Integer } => (element.Parameters.BitWidth, element.Parameters.IsSigned),
            { ConvertedType: ConvertedType.INT_8 } => (8, true),
            { ConvertedType: ConvertedType.INT_16 } => (16, true),
            { ConvertedType: ConvertedType.UINT_8 } => (8, false),
            { ConvertedType: ConvertedType.UINT_16 } => (16, false),
            { ConvertedType: ConvertedType.UINT_32 } => (32, false),
            { ConvertedType: ConvertedType.UINT_64 } => (64, false),
            _ => (width, true),
        };
        System.Type? type = (bits, signed) switch
        {
            (8, true) => typeof(sbyte),
            (8, false) => typeof(byte),
            (16, true) => typeof(short),
            (16, false) => typeof(ushort),
            (32, true) => typeof(int),
            (32, false) => typeof(uint),
            (64, true) => typeof(long),
            (64, false) => typeof(ulong),
            _ => null,
        };
        // Up to 32 bits are stored in 32, and 64 in 64.
        return type is null || (bits == 64) != (width == 64)
            ? (width == 64 ? typeof(long) : typeof(int), null, Describe(element))
            : (type, Integers.For(type), null);
    }

    private static (System.Type, ValueConversion?, string?) Decimal(SchemaElement element, Func<int, ValueConversion> conversion)
    {
        int scale = element.Scale ?? (element.Logical == LogicalKind.Decimal ? element.Parameters.Scale : 0);
        return scale is >= 0 and <= Decimals.LargestScale
            ? (typeof(decimal), conversion(scale), null)
            : (typeof(decimal), null, $"{Describe(element)} of scale {scale}");
    }

    private static bool IsDecimal(SchemaElement element) =>
        element.Logical == LogicalKind.Decimal || element is { Logical: LogicalKind.None, ConvertedType: ConvertedType.DECIMAL };

    private static bool IsText(SchemaElement element) =>
        element.Logical is LogicalKind.String or LogicalKind.Enum || element.ConvertedType == ConvertedType.UTF8;

    private static string Describe(SchemaElement element) =>
        element switch
        {
            { ConvertedType: { } converted } => $"{element.Type} as {converted}",
            { Logical: not LogicalKind.None } => $"{element.Type} with logical type {element.Logical}",
            _ => $"{element.Type}",
        };
}
