using Parquet.Columns;
using Parquet.Meta.Proto;

namespace Parquet.Meta;

/// <summary>A file's footer.</summary>
public class FileMetaData
{
    /// <summary>The format's version.</summary>
    public int Version { get; set; }

    /// <summary>The schema, depth first, root included.</summary>
    public List<SchemaElement> Schema { get; set; } = [];

    /// <summary>Rows of all groups.</summary>
    public long NumRows { get; set; }

    /// <summary>The row groups.</summary>
    public List<RowGroup> RowGroups { get; set; } = [];

    /// <summary>The file's key-value metadata.</summary>
    public List<KeyValue>? KeyValueMetadata { get; set; }

    /// <summary>The program that wrote the file.</summary>
    public string? CreatedBy { get; set; }

    /// <summary>Reads a footer.</summary>
    /// <exception cref="ThriftProtocolException">The bytes are not a footer.</exception>
    internal static FileMetaData Read(ReadOnlySpan<byte> footer)
    {
        var reader = new ThriftCompactReader(footer);
        var result = new FileMetaData();
        short id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    result.Version = reader.ReadInt32(type);
                    break;
                case 2:
                    result.ReadSchema(ref reader, type);
                    break;
                case 3:
                    result.NumRows = reader.ReadInt64(type);
                    break;
                case 4:
                    result.ReadRowGroups(ref reader, type);
                    break;
                case 5:
                    result.KeyValueMetadata = KeyValue.ReadList(ref reader, type);
                    break;
                case 6:
                    result.CreatedBy = reader.ReadString(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return result.Schema.Count > 0 ? result : throw new ThriftProtocolException("The footer has no schema.");
    }

    internal void Write(PooledBuffer output)
    {
        var writer = new ThriftCompactWriter(output);
        short last = 0;
        writer.Int32(ref last, 1, Version);
        writer.List(ref last, 2, Schema.Count, CompactType.Struct);
        foreach (SchemaElement element in Schema)
        {
            element.Write(writer);
        }
        writer.Int64(ref last, 3, NumRows);
        writer.List(ref last, 4, RowGroups.Count, CompactType.Struct);
        foreach (RowGroup group in RowGroups)
        {
            group.Write(writer);
        }
        if (KeyValueMetadata is { Count: > 0 })
        {
            KeyValue.WriteList(writer, ref last, 5, KeyValueMetadata);
        }
        if (CreatedBy is not null)
        {
            writer.Text(ref last, 6, CreatedBy);
        }
        WriteColumnOrders(writer, ref last);
        writer.Stop();
    }

    // Bounds count only where the footer says that each column has its type's own order.
    private void WriteColumnOrders(ThriftCompactWriter writer, ref short last)
    {
        writer.List(ref last, 7, Schema.Count(element => element.Type is not null), CompactType.Struct);
        foreach (SchemaElement element in Schema)
        {
            if (element.Type is not null)
            {
                short order = 0;
                writer.Field(ref order, 1, CompactType.Struct);
                writer.Stop();
                writer.Stop();
            }
        }
    }

    private void ReadSchema(ref ThriftCompactReader reader, CompactType type)
    {
        int count = reader.ReadListHeader(type, out CompactType elementType);
        ThriftCompactReader.Expect(elementType, CompactType.Struct);
        for (int i = 0; i < count; i++)
        {
            Schema.Add(SchemaElement.Read(ref reader));
        }
    }

    private void ReadRowGroups(ref ThriftCompactReader reader, CompactType type)
    {
        int count = reader.ReadListHeader(type, out CompactType elementType);
        ThriftCompactReader.Expect(elementType, CompactType.Struct);
        for (int i = 0; i < count; i++)
        {
            RowGroups.Add(RowGroup.Read(ref reader));
        }
    }
}
