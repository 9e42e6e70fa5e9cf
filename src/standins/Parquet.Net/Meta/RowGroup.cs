using Parquet.Meta.Proto;

namespace Parquet.Meta;

/// <summary>Consecutive rows, a chunk a column.</summary>
public class RowGroup
{
    /// <summary>The chunks, in schema order.</summary>
    public List<ColumnChunk> Columns { get; set; } = [];

    /// <summary>Bytes of all chunks before compression.</summary>
    public long TotalByteSize { get; set; }

    /// <summary>Rows.</summary>
    public long NumRows { get; set; }

    /// <summary>File offset of the first page.</summary>
    public long? FileOffset { get; set; }

    /// <summary>Bytes of all chunks as stored.</summary>
    public long? TotalCompressedSize { get; set; }

    /// <summary>The group's number in the file.</summary>
    public short? Ordinal { get; set; }

    internal static RowGroup Read(ref ThriftCompactReader reader)
    {
        var result = new RowGroup();
        short id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    result.ReadColumns(ref reader, type);
                    break;
                case 2:
                    result.TotalByteSize = reader.ReadInt64(type);
                    break;
                case 3:
                    result.NumRows = reader.ReadInt64(type);
                    break;
                case 5:
                    result.FileOffset = reader.ReadInt64(type);
                    break;
                case 6:
                    result.TotalCompressedSize = reader.ReadInt64(type);
                    break;
                case 7:
                    result.Ordinal = (short)reader.ReadInt32(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return result.Columns.Count > 0 ? result : throw new ThriftProtocolException("A row group has no columns.");
    }

    internal void Write(ThriftCompactWriter writer)
    {
        short last = 0;
        writer.List(ref last, 1, Columns.Count, CompactType.Struct);
        foreach (ColumnChunk column in Columns)
        {
            column.Write(writer);
        }
        writer.Int64(ref last, 2, TotalByteSize);
        writer.Int64(ref last, 3, NumRows);
        if (FileOffset is { } offset)
        {
            writer.Int64(ref last, 5, offset);
        }
        if (TotalCompressedSize is { } size)
        {
            writer.Int64(ref last, 6, size);
        }
        if (Ordinal is { } ordinal)
        {
            writer.Int16(ref last, 7, ordinal);
        }
        writer.Stop();
    }

    private void ReadColumns(ref ThriftCompactReader reader, CompactType type)
    {
        int count = reader.ReadListHeader(type, out CompactType elementType);
        ThriftCompactReader.Expect(elementType, CompactType.Struct);
        for (int i = 0; i < count; i++)
        {
            Columns.Add(ColumnChunk.Read(ref reader));
        }
    }
}
