using Parquet.Columns;

namespace Parquet.Meta.Proto;

/// <summary>Writes the Thrift compact protocol. A struct's caller keeps the number of the field written last, 0 at the start.</summary>
internal readonly ref struct ThriftCompactWriter(PooledBuffer output)
{
    public void Field(ref short last, short id, CompactType type)
    {
        int delta = id - last;
        if (delta is > 0 and <= 15)
        {
            output.WriteByte((byte)((delta << 4) | (int)type));
        }
        else
        {
            output.WriteByte((byte)type);
            ZigZag(id);
        }
        last = id;
    }

    public void Stop() => output.WriteByte(0);

    public void Int16(ref short last, short id, short value)
    {
        Field(ref last, id, CompactType.I16);
        ZigZag(value);
    }

    public void Int32(ref short last, short id, int value)
    {
        Field(ref last, id, CompactType.I32);
        ZigZag(value);
    }

    public void Int64(ref short last, short id, long value)
    {
        Field(ref last, id, CompactType.I64);
        ZigZag(value);
    }

    public void Text(ref short last, short id, string value)
    {
        Field(ref last, id, CompactType.Binary);
        TextElement(value);
    }

    public void Binary(ref short last, short id, ReadOnlySpan<byte> value)
    {
        Field(ref last, id, CompactType.Binary);
        output.WriteVarint((ulong)value.Length);
        output.Write(value);
    }

    /// <summary>A struct whose bytes were kept from reading.</summary>
    public void RawStruct(ref short last, short id, ReadOnlySpan<byte> value)
    {
        Field(ref last, id, CompactType.Struct);
        output.Write(value);
    }

    public void List(ref short last, short id, int count, CompactType elementType)
    {
        Field(ref last, id, CompactType.List);
        if (count < 15)
        {
            output.WriteByte((byte)((count << 4) | (int)elementType));
        }
        else
        {
            output.WriteByte((byte)(0xF0 | (int)elementType));
            output.WriteVarint((ulong)count);
        }
    }

    public void Int32Element(int value) => ZigZag(value);

    public void TextElement(string value)
    {
        byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(value);
        output.WriteVarint((ulong)utf8.Length);
        output.Write(utf8);
    }

    private void ZigZag(long value) => output.WriteVarint((ulong)((value << 1) ^ (value >> 63)));
}
