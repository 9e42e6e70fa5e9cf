using Parquet.Meta.Proto;

namespace Parquet.Meta;

/// <summary>One entry of key-value metadata.</summary>
public class KeyValue
{
    /// <summary>The key.</summary>
    public string Key { get; set; } = string.Empty;

    /// <summary>The value, if there is one.</summary>
    public string? Value { get; set; }

    internal static List<KeyValue> ReadList(ref ThriftCompactReader reader, CompactType type)
    {
        int count = reader.ReadListHeader(type, out CompactType elementType);
        ThriftCompactReader.Expect(elementType, CompactType.Struct);
        var result = new List<KeyValue>();
        for (int i = 0; i < count; i++)
        {
            result.Add(Read(ref reader));
        }
        return result;
    }

    internal static void WriteList(ThriftCompactWriter writer, ref short last, short id, List<KeyValue> entries)
    {
        writer.List(ref last, id, entries.Count, CompactType.Struct);
        foreach (KeyValue entry in entries)
        {
            short inner = 0;
            writer.Text(ref inner, 1, entry.Key);
            if (entry.Value is not null)
            {
                writer.Text(ref inner, 2, entry.Value);
            }
            writer.Stop();
        }
    }

    private static KeyValue Read(ref ThriftCompactReader reader)
    {
        var result = new KeyValue();
        short id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    result.Key = reader.ReadString(type);
                    break;
                case 2:
                    result.Value = reader.ReadString(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return result;
    }
}
