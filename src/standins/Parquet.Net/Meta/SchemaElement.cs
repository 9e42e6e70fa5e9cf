using Parquet.Meta.Proto;

namespace Parquet.Meta;

/// <summary>One node of a file's schema; the nodes are listed depth first.</summary>
public class SchemaElement
{
    /// <summary>The physical type; null for a group.</summary>
    public Type? Type { get; set; }

    /// <summary>Bytes of a fixed-length value.</summary>
    public int? TypeLength { get; set; }

    /// <summary>How often the node occurs in its parent; null for the root.</summary>
    public FieldRepetitionType? RepetitionType { get; set; }

    /// <summary>The node's name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>How many of the following nodes are its children; null for a leaf.</summary>
    public int? NumChildren { get; set; }

    /// <summary>What the physical type stands for.</summary>
    public ConvertedType? ConvertedType { get; set; }

    /// <summary>Digits after the point of a decimal.</summary>
    public int? Scale { get; set; }

    /// <summary>Digits of a decimal.</summary>
    public int? Precision { get; set; }

    /// <summary>A number that some writers give to fields.</summary>
    public int? FieldId { get; set; }

    /// <summary>The logical type's member of the Thrift union; <see cref="LogicalKind.None"/> where there is none.</summary>
    internal LogicalKind Logical { get; set; }

    /// <summary>The logical type as read, so that appending to another writer's file keeps all of it.</summary>
    internal byte[]? LogicalBytes { get; set; }

    /// <summary>What the logical type says beyond its kind.</summary>
    internal LogicalParameters Parameters { get; private set; }

    internal static SchemaElement Read(ref ThriftCompactReader reader)
    {
        var result = new SchemaElement();
        short id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    result.Type = (Type)reader.ReadInt32(type);
                    break;
                case 2:
                    result.TypeLength = reader.ReadInt32(type);
                    break;
                case 3:
                    result.RepetitionType = (FieldRepetitionType)reader.ReadInt32(type);
                    break;
                case 4:
                    result.Name = reader.ReadString(type);
                    break;
                case 5:
                    result.NumChildren = reader.ReadInt32(type);
                    break;
                case 6:
                    result.ConvertedType = (ConvertedType)reader.ReadInt32(type);
                    break;
                case 7:
                    result.Scale = reader.ReadInt32(type);
                    break;
                case 8:
                    result.Precision = reader.ReadInt32(type);
                    break;
                case 9:
                    result.FieldId = reader.ReadInt32(type);
                    break;
                case 10:
                    ThriftCompactReader.Expect(type, CompactType.Struct);
                    result.LogicalBytes = reader.SkipRaw(type).ToArray();
                    result.Logical = KindOf(result.LogicalBytes);
                    result.Parameters = LogicalParameters.Read(result.LogicalBytes);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return result.Name.Length > 0 ? result : throw new ThriftProtocolException("An element of the schema has no name.");
    }

    internal void Write(ThriftCompactWriter writer)
    {
        short last = 0;
        WriteNumber(writer, ref last, 1, (int?)Type);
        WriteNumber(writer, ref last, 2, TypeLength);
        WriteNumber(writer, ref last, 3, (int?)RepetitionType);
        writer.Text(ref last, 4, Name);
        WriteNumber(writer, ref last, 5, NumChildren);
        WriteNumber(writer, ref last, 6, (int?)ConvertedType);
        WriteNumber(writer, ref last, 7, Scale);
        WriteNumber(writer, ref last, 8, Precision);
        WriteNumber(writer, ref last, 9, FieldId);
        if (LogicalBytes is not null)
        {
            writer.RawStruct(ref last, 10, LogicalBytes);
        }
        writer.Stop();
    }

    /// <summary>Sets a logical type that has no parameters.</summary>
    internal SchemaElement WithLogical(LogicalKind kind)
    {
        Logical = kind;
        // A union whose only member is an empty struct: field header, end of the member, end of the union.
        LogicalBytes = [(byte)(((int)kind << 4) | (int)CompactType.Struct), 0, 0];
        return this;
    }

    private static LogicalKind KindOf(ReadOnlySpan<byte> union)
    {
        var reader = new ThriftCompactReader(union);
        short id = 0;
        return reader.NextField(ref id, out _) ? (LogicalKind)id : LogicalKind.None;
    }

    private static void WriteNumber(ThriftCompactWriter writer, ref short last, short id, int? value)
    {
        if (value is { } number)
        {
            writer.Int32(ref last, id, number);
        }
    }
}
