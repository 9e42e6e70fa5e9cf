using System.Runtime.CompilerServices;
using Parquet.Conversions;
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
        return IsStoredAsIs(type) || Integers.For(type) is not null ? type : null;
    }

    /// <summary>The most bytes that a value of any type takes in a buffer, without the text or bytes that it refers to.</summary>
    public static int SizeOf(System.Type type) =>
        type == typeof(bool) ? 1
        : type == typeof(int) || type == typeof(float) ? 4
        : type == typeof(long) || type == typeof(double) ? 8
        : Unsafe.SizeOf<ReadOnlyMemory<byte>>();

    /// <summary>A leaf of the schema for a column.</summary>
    public static SchemaElement ElementFor(DataField field)
    {
        var element = new SchemaElement { Name = field.Name };
        if (ConvertedFor(field.ClrType) is { } integer)
        {
            element.Type = integer is ConvertedType.INT_64 or ConvertedType.UINT_64 ? Meta.Type.INT64 : Meta.Type.INT32;
            element.ConvertedType = integer;
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
        (System.Type type, ValueConversion? conversion, string? unsupported) = StoredTypes.Interpret(element, byteArrayAsString);
        return new DataField(element, Canonical(type) ?? type, conversion, unsupported);
    }

    private static bool IsStoredAsIs(System.Type type) =>
        type == typeof(int) || type == typeof(long) || type == typeof(float) || type == typeof(double) || type == typeof(bool);

    private static ConvertedType? ConvertedFor(System.Type type) =>
        System.Type.GetTypeCode(type) switch
        {
            TypeCode.SByte => ConvertedType.INT_8,
            TypeCode.Byte => ConvertedType.UINT_8,
            TypeCode.Int16 => ConvertedType.INT_16,
            TypeCode.UInt16 => ConvertedType.UINT_16,
            TypeCode.Int32 => ConvertedType.INT_32,
            TypeCode.UInt32 => ConvertedType.UINT_32,
            TypeCode.Int64 => ConvertedType.INT_64,
            TypeCode.UInt64 => ConvertedType.UINT_64,
            _ => null,
        };
}
