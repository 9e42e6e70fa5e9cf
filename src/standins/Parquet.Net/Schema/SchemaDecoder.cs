using Parquet.Meta;
using Parquet.Meta.Proto;

namespace Parquet.Schema;

/// <summary>The footer's list of schema elements → fields, in the forms that the usual writers give them.</summary>
internal sealed class SchemaDecoder
{
    private const int MaximumDepth = 100;
    private readonly List<SchemaElement> elements;
    private readonly bool byteArrayAsString;
    private int next = 1;

    private SchemaDecoder(List<SchemaElement> elements, bool byteArrayAsString)
    {
        this.elements = elements;
        this.byteArrayAsString = byteArrayAsString;
    }

    /// <summary>Builds the fields of a file.</summary>
    /// <exception cref="ThriftProtocolException">The elements are not a tree, or lack a type or a repetition.</exception>
    public static ParquetSchema Decode(List<SchemaElement> elements, ParquetOptions options)
    {
        var decoder = new SchemaDecoder(elements, options.TreatByteArrayAsString);
        Field[] fields = decoder.Children(elements[0], 0);
        if (decoder.next != elements.Count)
        {
            throw new ThriftProtocolException($"The schema has {elements.Count} elements, of which {decoder.next} belong to its root.");
        }
        try
        {
            return new ParquetSchema(fields);
        }
        catch (ArgumentException e)
        {
            throw new ThriftProtocolException("The schema is unusable: " + e.Message, e);
        }
    }

    private Field[] Children(SchemaElement parent, int depth)
    {
        int count = parent.NumChildren ?? 0;
        if (count < 1 || count > elements.Count - next || depth > MaximumDepth)
        {
            throw new ThriftProtocolException($"The schema's group '{parent.Name}' cannot have {count} members at depth {depth}.");
        }
        var fields = new Field[count];
        for (int i = 0; i < count; i++)
        {
            fields[i] = Next(depth + 1);
        }
        return fields;
    }

    private SchemaElement Take()
    {
        if (next >= elements.Count)
        {
            throw new ThriftProtocolException("The schema ends in the middle of a group.");
        }
        SchemaElement element = elements[next++];
        if (string.IsNullOrEmpty(element.Name) || element.RepetitionType is not { } repetition || !Enum.IsDefined(repetition))
        {
            throw new ThriftProtocolException($"Element {next - 1} of the schema has no name or no repetition.");
        }
        return element;
    }

    private Field Next(int depth)
    {
        SchemaElement element = Take();
        if (element.Type is { } type)
        {
            return !Enum.IsDefined(type) || element.NumChildren > 0
                ? throw new ThriftProtocolException($"The schema's column '{element.Name}' has no type that exists.")
                : ColumnTypes.FieldFor(element, byteArrayAsString);
        }
        Field group =
            IsList(element) ? List(element, depth)
            : IsMap(element) ? Map(element, depth)
            : element.RepetitionType == FieldRepetitionType.REPEATED ? Repeated(element, depth)
            : new StructField(element.Name, Children(element, depth), IsOptional(element));
        group.SchemaElement = element;
        return group;
    }

    private bool IsList(SchemaElement element) =>
        (element.ConvertedType == ConvertedType.LIST || element.Logical == LogicalKind.List) && HasOneRepeatedChild(element);

    private bool IsMap(SchemaElement element) =>
        (element.ConvertedType is ConvertedType.MAP or ConvertedType.MAP_KEY_VALUE || element.Logical == LogicalKind.Map)
        && HasOneRepeatedChild(element)
        && elements[next] is { Type: null, NumChildren: 2 };

    private bool HasOneRepeatedChild(SchemaElement element) =>
        element.RepetitionType != FieldRepetitionType.REPEATED
        && element.NumChildren == 1
        && next < elements.Count
        && elements[next].RepetitionType == FieldRepetitionType.REPEATED;

    // The format's backward-compatibility rules for lists: a repeated column, a repeated group of several members, or one
    // named "array" or "<list>_tuple" is itself the item.
    private ListField List(SchemaElement list, int depth)
    {
        SchemaElement repeated = elements[next];
        if (repeated.Type is not null)
        {
            return new ListField(list.Name, Next(depth + 1), null, IsOptional(list));
        }
        SchemaElement container = Take();
        Field[] members = Children(container, depth + 1);
        bool isItem = members.Length > 1 || container.Name == "array" || container.Name == list.Name + "_tuple";
        return isItem
            ? new ListField(list.Name, ItemOf(container, members), null, IsOptional(list))
            : new ListField(list.Name, members[0], container.Name, IsOptional(list));
    }

    private MapField Map(SchemaElement map, int depth)
    {
        SchemaElement container = Take();
        Field[] members = Children(container, depth + 1);
        return new MapField(map.Name, members[0], members[1], container.Name, IsOptional(map));
    }

    // A repeated group outside a list or map is a required list of required structs (the format's rules for old files). The struct
    // is the group itself, so it adds no name of its own to the paths.
    private ListField Repeated(SchemaElement group, int depth) =>
        new(group.Name, new StructField(string.Empty, Children(group, depth), isNullable: false), null, isNullable: false);

    private static StructField ItemOf(SchemaElement container, Field[] members) =>
        new(container.Name, members, isNullable: false) { SchemaElement = container };

    private static bool IsOptional(SchemaElement element) => element.RepetitionType == FieldRepetitionType.OPTIONAL;
}
