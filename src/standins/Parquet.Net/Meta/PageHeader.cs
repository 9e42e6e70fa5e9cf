using Parquet.Columns;
using Parquet.Meta.Proto;

namespace Parquet.Meta;

/// <summary>What stands before each page: its sizes and how it is to be read.</summary>
internal sealed class PageHeader
{
    public PageType Type { get; set; }

    public int UncompressedSize { get; set; }

    public int CompressedSize { get; set; }

    /// <summary>Level pairs of a data page, or entries of a dictionary; -1 where the header does not say.</summary>
    public int ValueCount { get; set; } = -1;

    public Encoding Encoding { get; set; }

    public Encoding DefinitionLevelEncoding { get; set; } = Encoding.RLE;

    public Encoding RepetitionLevelEncoding { get; set; } = Encoding.RLE;

    /// <summary>Bytes of definition levels; version 2 only.</summary>
    public int DefinitionLevelBytes { get; set; }

    /// <summary>Bytes of repetition levels; version 2 only.</summary>
    public int RepetitionLevelBytes { get; set; }

    /// <summary>Whether the values of a version 2 page are compressed.</summary>
    public bool IsCompressed { get; set; } = true;

    public static PageHeader Read(ref ThriftCompactReader reader)
    {
        var result = new PageHeader();
        short id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    result.Type = (PageType)reader.ReadInt32(type);
                    break;
                case 2:
                    result.UncompressedSize = reader.ReadInt32(type);
                    break;
                case 3:
                    result.CompressedSize = reader.ReadInt32(type);
                    break;
                case 5:
                    ThriftCompactReader.Expect(type, CompactType.Struct);
                    result.ReadDataPage(ref reader);
                    break;
                case 7:
                    ThriftCompactReader.Expect(type, CompactType.Struct);
                    result.ReadDictionaryPage(ref reader);
                    break;
                case 8:
                    ThriftCompactReader.Expect(type, CompactType.Struct);
                    result.ReadDataPageV2(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return result;
    }

    public void Write(PooledBuffer output)
    {
        var writer = new ThriftCompactWriter(output);
        short last = 0;
        writer.Int32(ref last, 1, (int)Type);
        writer.Int32(ref last, 2, UncompressedSize);
        writer.Int32(ref last, 3, CompressedSize);
        short inner = 0;
        writer.Field(ref last, Type == PageType.DATA_PAGE ? (short)5 : (short)7, CompactType.Struct);
        writer.Int32(ref inner, 1, ValueCount);
        writer.Int32(ref inner, 2, (int)Encoding);
        if (Type == PageType.DATA_PAGE)
        {
            writer.Int32(ref inner, 3, (int)DefinitionLevelEncoding);
            writer.Int32(ref inner, 4, (int)RepetitionLevelEncoding);
        }
        writer.Stop();
        writer.Stop();
    }

    private void ReadDataPage(ref ThriftCompactReader reader)
    {
        short id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    ValueCount = reader.ReadInt32(type);
                    break;
                case 2:
                    Encoding = (Encoding)reader.ReadInt32(type);
                    break;
                case 3:
                    DefinitionLevelEncoding = (Encoding)reader.ReadInt32(type);
                    break;
                case 4:
                    RepetitionLevelEncoding = (Encoding)reader.ReadInt32(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }

    private void ReadDictionaryPage(ref ThriftCompactReader reader)
    {
        short id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    ValueCount = reader.ReadInt32(type);
                    break;
                case 2:
                    Encoding = (Encoding)reader.ReadInt32(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }

    private void ReadDataPageV2(ref ThriftCompactReader reader)
    {
        short id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    ValueCount = reader.ReadInt32(type);
                    break;
                case 4:
                    Encoding = (Encoding)reader.ReadInt32(type);
                    break;
                case 5:
                    DefinitionLevelBytes = reader.ReadInt32(type);
                    break;
                case 6:
                    RepetitionLevelBytes = reader.ReadInt32(type);
                    break;
                case 7:
                    IsCompressed = reader.AsBoolean(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }
}
