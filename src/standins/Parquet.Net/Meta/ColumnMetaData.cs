using Parquet.Meta.Proto;

namespace Parquet.Meta;

/// <summary>Where a column chunk lies and how it is stored.</summary>
public class ColumnMetaData
{
    /// <summary>The physical type.</summary>
    public Type Type { get; set; }

    /// <summary>Every encoding in use, for values and levels.</summary>
    public List<Encoding> Encodings { get; set; } = [];

    /// <summary>Names from the root to the leaf.</summary>
    public List<string> PathInSchema { get; set; } = [];

    /// <summary>The compression of the pages.</summary>
    public CompressionCodec Codec { get; set; }

    /// <summary>Level pairs: values, nulls, and one for each empty or null list.</summary>
    public long NumValues { get; set; }

    /// <summary>Bytes with headers, before compression.</summary>
    public long TotalUncompressedSize { get; set; }

    /// <summary>Bytes with headers, as stored.</summary>
    public long TotalCompressedSize { get; set; }

    /// <summary>Key-value metadata of the column chunk.</summary>
    public List<KeyValue>? KeyValueMetadata { get; set; }

    /// <summary>File offset of the first data page.</summary>
    public long DataPageOffset { get; set; }

    /// <summary>File offset of the index page.</summary>
    public long? IndexPageOffset { get; set; }

    /// <summary>File offset of the dictionary page.</summary>
    public long? DictionaryPageOffset { get; set; }

    /// <summary>What is known of the values.</summary>
    public Statistics? Statistics { get; set; }

    /// <summary>The chunk's first byte: some writers leave the dictionary's offset out, some set it to zero.</summary>
    internal long Start => DictionaryPageOffset is { } offset && offset > 0 ? Math.Min(offset, DataPageOffset) : DataPageOffset;

    internal static ColumnMetaData Read(ref ThriftCompactReader reader)
    {
        var result = new ColumnMetaData();
        short id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    result.Type = (Type)reader.ReadInt32(type);
                    break;
                case 2:
                    result.ReadEncodings(ref reader, type);
                    break;
                case 3:
                    result.ReadPath(ref reader, type);
                    break;
                case 4:
                    result.Codec = (CompressionCodec)reader.ReadInt32(type);
                    break;
                case 5:
                    result.NumValues = reader.ReadInt64(type);
                    break;
                case 6:
                    result.TotalUncompressedSize = reader.ReadInt64(type);
                    break;
                case 7:
                    result.TotalCompressedSize = reader.ReadInt64(type);
                    break;
                case 8:
                    result.KeyValueMetadata = KeyValue.ReadList(ref reader, type);
                    break;
                case 9:
                    result.DataPageOffset = reader.ReadInt64(type);
                    break;
                case 10:
                    result.IndexPageOffset = reader.ReadInt64(type);
                    break;
                case 11:
                    result.DictionaryPageOffset = reader.ReadInt64(type);
                    break;
                case 12:
                    ThriftCompactReader.Expect(type, CompactType.Struct);
                    result.Statistics = Statistics.Read(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return result;
    }

    internal void Write(ThriftCompactWriter writer, ref short outer, short fieldId)
    {
        writer.Field(ref outer, fieldId, CompactType.Struct);
        short last = 0;
        writer.Int32(ref last, 1, (int)Type);
        writer.List(ref last, 2, Encodings.Count, CompactType.I32);
        foreach (Encoding encoding in Encodings)
        {
            writer.Int32Element((int)encoding);
        }
        writer.List(ref last, 3, PathInSchema.Count, CompactType.Binary);
        foreach (string part in PathInSchema)
        {
            writer.TextElement(part);
        }
        writer.Int32(ref last, 4, (int)Codec);
        writer.Int64(ref last, 5, NumValues);
        writer.Int64(ref last, 6, TotalUncompressedSize);
        writer.Int64(ref last, 7, TotalCompressedSize);
        if (KeyValueMetadata is not null)
        {
            KeyValue.WriteList(writer, ref last, 8, KeyValueMetadata);
        }
        writer.Int64(ref last, 9, DataPageOffset);
        WriteOffset(writer, ref last, 10, IndexPageOffset);
        WriteOffset(writer, ref last, 11, DictionaryPageOffset);
        Statistics?.Write(writer, ref last, 12);
        writer.Stop();
    }

    private static void WriteOffset(ThriftCompactWriter writer, ref short last, short id, long? offset)
    {
        if (offset is { } value)
        {
            writer.Int64(ref last, id, value);
        }
    }

    private void ReadEncodings(ref ThriftCompactReader reader, CompactType type)
    {
        int count = reader.ReadListHeader(type, out CompactType elementType);
        for (int i = 0; i < count; i++)
        {
            Encodings.Add((Encoding)reader.ReadInt32(elementType));
        }
    }

    private void ReadPath(ref ThriftCompactReader reader, CompactType type)
    {
        int count = reader.ReadListHeader(type, out CompactType elementType);
        for (int i = 0; i < count; i++)
        {
            PathInSchema.Add(reader.ReadString(elementType));
        }
    }
}
