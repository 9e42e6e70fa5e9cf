using Parquet.Meta.Proto;

namespace Parquet.Meta;

/// <summary>A column's part of one row group.</summary>
public class ColumnChunk
{
    /// <summary>Another file that holds the chunk; null for this one.</summary>
    public string? FilePath { get; set; }

    /// <summary>Deprecated by the format; here the offset of the chunk's first page.</summary>
    public long FileOffset { get; set; }

    /// <summary>Where and how the chunk is stored.</summary>
    public ColumnMetaData? MetaData { get; set; }

    internal static ColumnChunk Read(ref ThriftCompactReader reader)
    {
        var result = new ColumnChunk();
        short id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    result.FilePath = reader.ReadString(type);
                    break;
                case 2:
                    result.FileOffset = reader.ReadInt64(type);
                    break;
                case 3:
                    ThriftCompactReader.Expect(type, CompactType.Struct);
                    result.MetaData = ColumnMetaData.Read(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return result.MetaData is not null ? result : throw new ThriftProtocolException("A column chunk has no description.");
    }

    internal void Write(ThriftCompactWriter writer)
    {
        short last = 0;
        if (FilePath is not null)
        {
            writer.Text(ref last, 1, FilePath);
        }
        writer.Int64(ref last, 2, FileOffset);
        MetaData?.Write(writer, ref last, 3);
        writer.Stop();
    }
}
