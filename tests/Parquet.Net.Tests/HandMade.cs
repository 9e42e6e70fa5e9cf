using System.Buffers.Binary;
using System.Text;

namespace Parquet.Tests;

/// <summary>
/// Files put together byte by byte, for what no writer at hand writes any more: Thrift's compact protocol around pages of version 1.
/// </summary>
internal sealed class HandMade
{
    private const int RunLengths = 3;
    private readonly List<byte> bytes = [];
    private int last;

    /// <summary>A whole file of one row group; each column is one page.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="schema">The elements below the root, depth first.</param>
    /// <param name="fieldsAtRoot">How many of them are the root's own.</param>
    /// <param name="columns">The columns, in the order of the schema.</param>
    public static byte[] File(int rows, HandMade[] schema, int fieldsAtRoot, params HandMadeColumn[] columns)
    {
        List<byte> file = [.. "PAR1"u8];
        var chunks = new List<HandMade>();
        foreach (HandMadeColumn column in columns)
        {
            int start = file.Count;
            file.AddRange(PageHeader(column));
            file.AddRange(column.Page);
            int length = file.Count - start;
            HandMade meta = new HandMade()
                .Number(1, column.Type)
                .List(2, [Number(column.Encoding)], 5)
                .List(3, [.. column.Path.Split('/').Select(Text)], 8)
                .Number(4, column.Codec)
                .Number(5, column.Levels)
                .Number(6, length)
                .Number(7, length)
                .Number(9, start);
            chunks.Add(new HandMade().Number(2, start).Struct(3, meta));
        }
        HandMade group = new HandMade().Structs(1, chunks).Number(2, file.Count).Number(3, rows);
        HandMade root = new HandMade().Text(4, "root").Number(5, fieldsAtRoot);
        HandMade footer = new HandMade().Number(1, 1).Structs(2, [root, .. schema]).Number(3, rows).Structs(4, [group]);
        byte[] end = footer.ToBytes();
        file.AddRange(end);
        file.AddRange(Little(end.Length));
        file.AddRange("PAR1"u8);
        return [.. file];
    }

    /// <summary>Files of old forms: timestamps of 96 bits, a list of two levels, a repeated group, LZ4 in Hadoop's framing, split bytes.</summary>
    public static IEnumerable<byte[]> Samples()
    {
        byte[] levels = [.. Levels(0, 1, 0), .. Levels(1, 1, 1)];
        byte[] threes = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0];
        yield return File(
            2,
            [
                Leaf("t", Meta.Type.INT96),
                Group("l", 1, 0, Meta.ConvertedType.LIST),
                Leaf("element", Meta.Type.INT32, repetition: 2),
                Group("g", 1, 2),
                Leaf("a", Meta.Type.INT32),
                Decimal("d", Meta.Type.FIXED_LEN_BYTE_ARRAY, 2, length: 5),
            ],
            4,
            new HandMadeColumn("t", Meta.Type.INT96, 2, [.. new byte[8], 0x8C, 0x3D, 0x25, 0, .. new byte[8], 0x8D, 0x3D, 0x25, 0]),
            new HandMadeColumn("l/element", Meta.Type.INT32, 3, [.. levels, .. threes]),
            new HandMadeColumn("g/a", Meta.Type.INT32, 3, [.. levels, .. threes]),
            new HandMadeColumn("d", Meta.Type.FIXED_LEN_BYTE_ARRAY, 2, [0xFF, 0xFF, 0xFF, 0xCF, 0xC7, 0, 0, 0, 2, 0xBC])
        );
        const int Lz4 = 5;
        const int ByteStreamSplit = 9;
        byte[] frames = [0, 0, 0, 4, 0, 0, 0, 5, 0x40, 1, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 5, 0x40, 2, 0, 0, 0];
        yield return File(
            2,
            [Leaf("i", Meta.Type.INT32), Leaf("x", Meta.Type.FIXED_LEN_BYTE_ARRAY, length: 3)],
            2,
            new HandMadeColumn("i", Meta.Type.INT32, 2, frames) { Codec = Lz4, PageLength = 8 },
            new HandMadeColumn("x", Meta.Type.FIXED_LEN_BYTE_ARRAY, 2, [1, 2, 3, 4, 5, 6]) { Encoding = ByteStreamSplit }
        );
    }

    /// <summary>A leaf of the schema.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its physical type.</param>
    /// <param name="repetition">0 required, 1 optional, 2 repeated.</param>
    /// <param name="converted">Its converted type.</param>
    /// <param name="length">Bytes of a fixed-length value.</param>
    /// <param name="logical">Its logical type.</param>
    public static HandMade Leaf(
        string name,
        Meta.Type type,
        int repetition = 0,
        Meta.ConvertedType? converted = null,
        int? length = null,
        HandMade? logical = null
    ) =>
        new HandMade()
            .Number(1, (int)type)
            .Number(2, length)
            .Number(3, repetition)
            .Text(4, name)
            .Number(6, (int?)converted)
            .Struct(10, logical);

    /// <summary>A leaf that is a decimal.</summary>
    public static HandMade Decimal(string name, Meta.Type type, int scale, int? length = null) =>
        new HandMade().Number(1, (int)type).Number(2, length).Number(3, 0).Text(4, name).Number(6, 5).Number(7, scale).Number(8, 28);

    /// <summary>A group of the schema.</summary>
    public static HandMade Group(string name, int children, int repetition, Meta.ConvertedType? converted = null) =>
        new HandMade().Number(3, repetition).Text(4, name).Number(5, children).Number(6, (int?)converted);

    /// <summary>Levels of version 1: their length, then a run for each.</summary>
    public static byte[] Levels(params byte[] levels) => [.. Little(2 * levels.Length), .. levels.SelectMany(level => (byte[])[2, level])];

    public static byte[] Little(int value)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, value);
        return number;
    }

    public HandMade Number(int id, int? value)
    {
        if (value is { } given)
        {
            Field(id, 5);
            bytes.AddRange(Number(given));
        }
        return this;
    }

    public HandMade Struct(int id, HandMade? member)
    {
        if (member is not null)
        {
            Field(id, 12);
            bytes.AddRange(member.ToBytes());
        }
        return this;
    }

    private static byte[] PageHeader(HandMadeColumn column)
    {
        HandMade data = new HandMade().Number(1, column.Levels).Number(2, column.Encoding).Number(3, RunLengths).Number(4, RunLengths);
        return new HandMade().Number(1, 0).Number(2, column.PageLength).Number(3, column.Page.Length).Struct(5, data).ToBytes();
    }

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Number(int value)
    {
        var varint = new List<byte>();
        uint rest = (uint)((value << 1) ^ (value >> 31));
        for (; rest >= 0x80; rest >>= 7)
        {
            varint.Add((byte)(rest | 0x80));
        }
        return [.. varint, (byte)rest];
    }

    private byte[] ToBytes() => [.. bytes, 0];

    private HandMade Text(int id, string text)
    {
        Field(id, 8);
        bytes.AddRange(Text(text));
        return this;
    }

    private HandMade Structs(int id, IReadOnlyList<HandMade> members) => List(id, [.. members.Select(member => member.ToBytes())], 12);

    private HandMade List(int id, IReadOnlyList<byte[]> members, int type)
    {
        Field(id, 9);
        bytes.AddRange([(byte)(0xF0 | type), (byte)members.Count]);
        bytes.AddRange(members.SelectMany(member => member));
        return this;
    }

    private void Field(int id, int type)
    {
        bytes.Add((byte)(((id - last) << 4) | type));
        last = id;
    }
}
