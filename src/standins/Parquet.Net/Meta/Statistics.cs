using Parquet.Meta.Proto;

namespace Parquet.Meta;

/// <summary>What is known of the values of a column chunk or page. Bounds are plain-encoded, without a length.</summary>
public class Statistics
{
    /// <summary>The upper bound as old writers gave it, in signed byte order.</summary>
    public byte[]? Max { get; set; }

    /// <summary>The lower bound as old writers gave it, in signed byte order.</summary>
    public byte[]? Min { get; set; }

    /// <summary>How many values are null.</summary>
    public long? NullCount { get; set; }

    /// <summary>How many distinct values there are.</summary>
    public long? DistinctCount { get; set; }

    /// <summary>The upper bound in the column's order.</summary>
    public byte[]? MaxValue { get; set; }

    /// <summary>The lower bound in the column's order.</summary>
    public byte[]? MinValue { get; set; }

    internal static Statistics Read(ref ThriftCompactReader reader)
    {
        var result = new Statistics();
        short id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    result.Max = reader.ReadBinary(type).ToArray();
                    break;
                case 2:
                    result.Min = reader.ReadBinary(type).ToArray();
                    break;
                case 3:
                    result.NullCount = reader.ReadInt64(type);
                    break;
                case 4:
                    result.DistinctCount = reader.ReadInt64(type);
                    break;
                case 5:
                    result.MaxValue = reader.ReadBinary(type).ToArray();
                    break;
                case 6:
                    result.MinValue = reader.ReadBinary(type).ToArray();
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
        WriteBound(writer, ref last, 1, Max);
        WriteBound(writer, ref last, 2, Min);
        WriteCount(writer, ref last, 3, NullCount);
        WriteCount(writer, ref last, 4, DistinctCount);
        WriteBound(writer, ref last, 5, MaxValue);
        WriteBound(writer, ref last, 6, MinValue);
        writer.Stop();
    }

    private static void WriteBound(ThriftCompactWriter writer, ref short last, short id, byte[]? value)
    {
        if (value is not null)
        {
            writer.Binary(ref last, id, value);
        }
    }

    private static void WriteCount(ThriftCompactWriter writer, ref short last, short id, long? value)
    {
        if (value is { } count)
        {
            writer.Int64(ref last, id, count);
        }
    }
}
