using System.Text;

namespace VlmQ.Datasets.Salvage;

/// <summary>Writes Thrift's compact protocol. Field numbers ascend within a struct.</summary>
internal sealed class CompactWriter
{
    private readonly List<byte> _bytes = [];
    private readonly Stack<int> _outer = [];
    private int _last;

    /// <summary>What is written so far.</summary>
    public byte[] ToArray() => [.. _bytes];

    /// <summary>An integer field.</summary>
    public void Integer(int id, long value, CompactType type)
    {
        Field(id, type);
        ZigZag(value);
    }

    /// <summary>Begins a field that is a list; its elements follow.</summary>
    public void List(int id, int count, CompactType element)
    {
        Field(id, CompactType.List);
        _bytes.Add((byte)((Math.Min(count, 15) << 4) | (int)element));
        if (count >= 15)
        {
            Varint((ulong)count);
        }
    }

    /// <summary>A field's value as it stands in other bytes.</summary>
    public void Raw(int id, CompactType type, ReadOnlySpan<byte> value)
    {
        Field(id, type);
        _bytes.AddRange(value);
    }

    /// <summary>An integer in a list.</summary>
    public void Element(int value) => ZigZag(value);

    /// <summary>A text in a list.</summary>
    public void Element(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Varint((ulong)utf8.Length);
        _bytes.AddRange(utf8);
    }

    /// <summary>Begins a field that is a struct.</summary>
    public void Begin(int id)
    {
        Field(id, CompactType.Struct);
        Begin();
    }

    /// <summary>Begins a struct in a list.</summary>
    public void Begin()
    {
        _outer.Push(_last);
        _last = 0;
    }

    /// <summary>Ends a struct; without <see cref="Begin()"/>, the outermost.</summary>
    public void End()
    {
        _bytes.Add(0);
        _last = _outer.TryPop(out int last) ? last : 0;
    }

    private void Field(int id, CompactType type)
    {
        // Parquet's structs have few fields: none is 16 or more after the one before.
        _bytes.Add((byte)(((id - _last) << 4) | (int)type));
        _last = id;
    }

    private void ZigZag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }
        _bytes.Add((byte)value);
    }
}
