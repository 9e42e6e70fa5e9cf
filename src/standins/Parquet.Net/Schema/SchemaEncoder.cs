using Parquet.Meta;

namespace Parquet.Schema;

/// <summary>Fields → the footer's list of schema elements, depth first.</summary>
internal static class SchemaEncoder
{
    public static List<SchemaElement> Encode(ParquetSchema schema)
    {
        var elements = new List<SchemaElement>
        {
            new() { Name = "root", NumChildren = schema.Fields.Count },
        };
        foreach (Field field in schema.Fields)
        {
            Encode(field, elements);
        }
        return elements;
    }

    private static void Encode(Field field, List<SchemaElement> elements)
    {
        switch (field)
        {
            case DataField column:
                elements.Add(Leaf(column));
                break;
            case ListField list:
                EncodeList(list, elements);
                break;
            case MapField map:
                elements.Add(Group(map.Name, map.IsNullable, 1, ConvertedType.MAP).WithLogical(LogicalKind.Map));
                elements.Add(Repeated(map.Container, 2));
                Encode(map.Key, elements);
                Encode(map.Value, elements);
                break;
            case StructField structure:
                elements.Add(Group(structure.Name, structure.IsNullable, structure.Fields.Count, null));
                foreach (Field member in structure.Fields)
                {
                    Encode(member, elements);
                }
                break;
            default:
                throw new ArgumentException($"The field '{field.Path}' is of an unknown kind.", nameof(field));
        }
    }

    private static SchemaElement Leaf(DataField column)
    {
        if (column.Unsupported is { } reason)
        {
            throw new ParquetException($"The column '{column.Path}' cannot be written: {reason}.");
        }
        if (ColumnTypes.Canonical(column.ClrType) is null)
        {
            throw new ParquetException($"The column '{column.Path}' holds values of {column.ClrType}, which are only read.");
        }
        SchemaElement element = ColumnTypes.ElementFor(column);
        if (column.FixedLength is { } length)
        {
            element.Type = Meta.Type.FIXED_LEN_BYTE_ARRAY;
            element.TypeLength = length;
        }
        element.FieldId = column.FieldId >= 0 ? column.FieldId : null;
        element.RepetitionType =
            column.IsArray ? FieldRepetitionType.REPEATED
            : column.IsNullable ? FieldRepetitionType.OPTIONAL
            : FieldRepetitionType.REQUIRED;
        return element;
    }

    private static void EncodeList(ListField list, List<SchemaElement> elements)
    {
        elements.Add(Group(list.Name, list.IsNullable, 1, ConvertedType.LIST).WithLogical(LogicalKind.List));
        if (list.ContainerName is { } container)
        {
            elements.Add(Repeated(container, 1));
        }
        int item = elements.Count;
        Encode(list.Item, elements);
        if (list.ContainerName is null)
        {
            elements[item].RepetitionType = FieldRepetitionType.REPEATED;
        }
    }

    private static SchemaElement Group(string name, bool nullable, int children, ConvertedType? converted) =>
        new()
        {
            Name = name,
            NumChildren = children,
            ConvertedType = converted,
            RepetitionType = nullable ? FieldRepetitionType.OPTIONAL : FieldRepetitionType.REQUIRED,
        };

    private static SchemaElement Repeated(string name, int children) =>
        new()
        {
            Name = name,
            NumChildren = children,
            RepetitionType = FieldRepetitionType.REPEATED,
        };
}
