using System.Runtime.CompilerServices;
using Parquet.Meta;

namespace Parquet.Schema;

/// <summary>Which CLR types columns hold, and as what they are stored.</summary>
internal static class ColumnTypes
{
    /// <summary>The type that values of a column have in memory; null where no column holds the type.</summary>
    public static System.Type? Canonical(System.Type type)
    {
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>))
        {
            return typeof(ReadOnlyMemory<char>);
        }
        if (type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>))
        {
            return typeof(ReadOnlyMemory<byte>);
        }
        return type == typeof(int) || type == typeof(long) || type == typeof(float) || type == typeof(double) || type == typeof(bool)
            ? type
            : null;
    }

    /// <summary>Bytes that a value of a canonical type takes in a buffer, without the text or bytes that it refers to.</summary>
    public static int SizeOf(System.Type type) =>
        type == typeof(bool) ? 1
        : type == typeof(int) || type == typeof(float) ? 4
        : type == typeof(long) || type == typeof(double) ? 8
        : Unsafe.SizeOf<ReadOnlyMemory<byte>>();

    /// <summary>A leaf of the schema for a column.</summary>
    public static SchemaElement ElementFor(DataField field)
    {
        var element = new SchemaElement { Name = field.Name };
        if (field.ClrType == typeof(int))
        {
            element.Type = Meta.Type.INT32;
            element.ConvertedType = ConvertedType.INT_32;
        }
        else if (field.ClrType == typeof(long))
        {
            element.Type = Meta.Type.INT64;
            element.ConvertedType = ConvertedType.INT_64;
        }
        else if (field.ClrType == typeof(float))
        {
            element.Type = Meta.Type.FLOAT;
        }
        else if (field.ClrType == typeof(double))
        {
            element.Type = Meta.Type.DOUBLE;
        }
        else if (field.ClrType == typeof(bool))
        {
            element.Type = Meta.Type.BOOLEAN;
        }
        else
        {
            element.Type = Meta.Type.BYTE_ARRAY;
            if (field.ClrType == typeof(ReadOnlyMemory<char>))
            {
                element.ConvertedType = ConvertedType.UTF8;
                element.WithLogical(LogicalKind.String);
            }
        }
        return element;
    }

    /// <summary>The column for a leaf of a file's schema; one whose values cannot be read says so.</summary>
    public static DataField FieldFor(SchemaElement element, bool byteArrayAsString)
    {
        (System.Type type, string? unsupported) = Interpret(element, byteArrayAsString);
        bool array = element.RepetitionType == FieldRepetitionType.REPEATED;
        return new DataField(element.Name, type, element.RepetitionType == FieldRepetitionType.OPTIONAL, array)
        {
            SchemaElement = element,
            FieldId = element.FieldId ?? -1,
            Unsupported = unsupported,
        };
    }

    private static (System.Type Type, string? Unsupported) Interpret(SchemaElement element, bool byteArrayAsString) =>
        element.Type switch
        {
            Meta.Type.BOOLEAN => (typeof(bool), null),
            Meta.Type.INT32 => (typeof(int), IsPlainInteger(element, ConvertedType.INT_32, 32) ? null : Describe(element)),
            Meta.Type.INT64 => (typeof(long), IsPlainInteger(element, ConvertedType.INT_64, 64) ? null : Describe(element)),
            Meta.Type.FLOAT => (typeof(float), null),
            Meta.Type.DOUBLE => (typeof(double), null),
            Meta.Type.BYTE_ARRAY when IsText(element) => (typeof(string), null),
            Meta.Type.BYTE_ARRAY when element is { ConvertedType: null or ConvertedType.BSON, Logical: LogicalKind.None } => (
                byteArrayAsString ? typeof(string) : typeof(byte[]),
                null
            ),
            Meta.Type.FIXED_LEN_BYTE_ARRAY when element is { ConvertedType: null, Logical: LogicalKind.None, TypeLength: > 0 } => (
                typeof(byte[]),
                null
            ),
            _ => (typeof(byte[]), Describe(element)),
        };

    // A signed integer logical type is written as {1: bit width, 2: is signed}; the converted type, always written beside it, is enough.
    private static bool IsPlainInteger(SchemaElement element, ConvertedType own, int width) =>
        element.ConvertedType == own
        || (element.ConvertedType is null && (element.Logical == LogicalKind.None || IsSignedInteger(element, width)));

    private static bool IsSignedInteger(SchemaElement element, int width) =>
        // Field 10 as a long-form or short-form struct, then byte field 1 (width), then field 2 true.
        element is { Logical: LogicalKind.Integer, LogicalBytes: [_, 0x13, var bits, 0x11, ..] }
        && bits == width;

    private static bool IsText(SchemaElement element) =>
        element.ConvertedType is ConvertedType.UTF8 or ConvertedType.JSON or ConvertedType.ENUM
        || element.Logical is LogicalKind.String or LogicalKind.Json or LogicalKind.Enum;

    private static string Describe(SchemaElement element) =>
        element switch
        {
            { ConvertedType: { } converted } => $"{element.Type} as {converted}",
            { Logical: not LogicalKind.None } => $"{element.Type} with logical type {(int)element.Logical}",
            _ => $"{element.Type}",
        };
}
