using Parquet.Conversions;
using Parquet.Meta;

namespace Parquet.Schema;

/// <summary>A column: a leaf of the schema, with values.</summary>
public class DataField : Field
{
    private bool isNullable;

    /// <summary>A column of a CLR type.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="clrType">
    /// An integer of 8 to 64 bits, signed or not, <c>float</c>, <c>double</c>, <c>bool</c>, <c>string</c> or <c>byte[]</c>;
    /// <c>T?</c> for nullable; an array of one of them for a bare repeated field.
    /// </param>
    /// <param name="isNullable">Overrides what the type says. Strings and binary are nullable unless this is false.</param>
    /// <param name="isArray">Overrides what the type says.</param>
    /// <param name="propertyName">The name of a class's property; of no use to the low-level API.</param>
    /// <exception cref="NotSupportedException">No column can hold the type.</exception>
    public DataField(string name, System.Type clrType, bool? isNullable = null, bool? isArray = null, string? propertyName = null)
        : base(name, SchemaType.Data)
    {
        _ = propertyName;
        ArgumentNullException.ThrowIfNull(clrType);
        System.Type type = clrType;
        bool array = type.IsArray && type != typeof(byte[]);
        if (array)
        {
            type = type.GetElementType()!;
        }
        bool nullable = !type.IsValueType;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            type = underlying;
            nullable = true;
        }
        ClrType = ColumnTypes.Canonical(type) ?? throw new NotSupportedException($"Column '{name}': no column holds values of {clrType}.");
        Conversion = Integers.For(ClrType);
        IsArray = isArray ?? array;
        IsNullable = isNullable ?? nullable;
    }

    /// <summary>A column as a file has it.</summary>
    internal DataField(SchemaElement element, System.Type clrType, ValueConversion? conversion, string? unsupported)
        : base(element.Name, SchemaType.Data)
    {
        ClrType = clrType;
        Conversion = conversion;
        Unsupported = unsupported;
        SchemaElement = element;
        FieldId = element.FieldId ?? -1;
        IsArray = element.RepetitionType == FieldRepetitionType.REPEATED;
        IsNullable = element.RepetitionType == FieldRepetitionType.OPTIONAL;
    }

    /// <summary>The type of the values: strings are <c>ReadOnlyMemory&lt;char&gt;</c>, binary <c>ReadOnlyMemory&lt;byte&gt;</c>.</summary>
    public System.Type ClrType { get; }

    /// <summary><see cref="ClrType"/>, as <c>T?</c> where the column is nullable.</summary>
    public System.Type ClrNullableIfHasNullsType { get; private set; } = typeof(void);

    /// <summary>Whether the field is repeated without being a list.</summary>
    public bool IsArray { get; internal set; }

    /// <summary>A number that some writers give to fields; -1 for none.</summary>
    public int FieldId { get; internal set; } = -1;

    /// <inheritdoc/>
    public override bool IsNullable
    {
        get => isNullable;
        internal set
        {
            isNullable = value;
            ClrNullableIfHasNullsType = value ? typeof(Nullable<>).MakeGenericType(ClrType) : ClrType;
        }
    }

    internal override IReadOnlyList<Field> Children => [];

    /// <summary>Why values of this column cannot be read; null where they can.</summary>
    internal string? Unsupported { get; }

    /// <summary>Between stored values and the column's; null where they are the same.</summary>
    internal ValueConversion? Conversion { get; }

    /// <summary>Whether the field belongs to a schema, so that its levels are known.</summary>
    internal bool IsAttached { get; private set; }

    /// <summary>Bytes of a fixed-length binary value; null where lengths vary.</summary>
    internal int? FixedLength => SchemaElement is { Type: Meta.Type.FIXED_LEN_BYTE_ARRAY, TypeLength: { } length } ? length : null;

    /// <inheritdoc/>
    public override bool Equals(object? obj) =>
        obj is DataField other
        && base.Equals(obj)
        && ClrType == other.ClrType
        && IsArray == other.IsArray
        && Unsupported == other.Unsupported
        && FixedLength == other.FixedLength;

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"{Path} ({ClrType}{(IsNullable ? "?" : "")}{(IsArray ? "[]" : "")})";

    internal override void Place(FieldPath? parent) => Path = parent + new FieldPath(Name);

    internal override void Attach(int parentRepetitionLevel, int parentDefinitionLevel)
    {
        MaxRepetitionLevel = parentRepetitionLevel + (IsArray ? 1 : 0);
        MaxDefinitionLevel = parentDefinitionLevel + (IsArray || IsNullable ? 1 : 0);
        IsAttached = true;
    }
}
