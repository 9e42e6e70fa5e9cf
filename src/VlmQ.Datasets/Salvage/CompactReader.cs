namespace VlmQ.Datasets.Salvage;

/// <summary>
/// Reads Thrift's compact protocol (Apache Thrift, <c>doc/specs/thrift-compact-protocol.md</c>), which Parquet's page headers and footers
/// are written in. No length or count is believed before it is checked; the bytes are a stranger's.
/// </summary>
internal ref struct CompactReader(ReadOnlySpan<byte> bytes)
{
    private const int MaximumDepth = 32;
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Goes to the next field of a struct; false at its end.</summary>
    /// <param name="id">The previous field's number, 0 at the start; then this one's.</param>
    /// <param name="type">The field's type.</param>
    /// <exception cref="InvalidDataException">The bytes are not of the protocol, or end.</exception>
    public bool NextField(ref int id, out CompactType type)
    {
        int header = ReadByte();
        type = (CompactType)(header & 0x0F);
        if (type == CompactType.Stop)
        {
            return false;
        }
        id = header >> 4 is 0 ? (short)ZigZag(ReadVarint()) : id + (header >> 4);
        return true;
    }

    /// <summary>A 32-bit integer.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public int ReadInt32(CompactType type)
    {
        long value = type == CompactType.I32 ? ZigZag(ReadVarint()) : throw Malformed();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Malformed();
    }

    /// <summary>Passes over a value.</summary>
    /// <exception cref="InvalidDataException">The bytes are not of the protocol, end, or nest too deeply.</exception>
    public void Skip(CompactType type) => Skip(type, 0);

    private void Skip(CompactType type, int depth)
    {
        switch (depth > MaximumDepth ? CompactType.Stop : type)
        {
            case CompactType.True or CompactType.False:
                break;
            case CompactType.Byte:
                Take(1);
                break;
            case CompactType.I16 or CompactType.I32 or CompactType.I64:
                ReadVarint();
                break;
            case CompactType.Double:
                Take(sizeof(double));
                break;
            case CompactType.Binary:
                Take(ReadVarint());
                break;
            case CompactType.List or CompactType.Set:
                SkipList(depth);
                break;
            case CompactType.Struct:
                int id = 0;
                while (NextField(ref id, out CompactType field))
                {
                    Skip(field, depth + 1);
                }
                break;
            default:
                throw Malformed();
        }
    }

    private void SkipList(int depth)
    {
        int header = ReadByte();
        CompactType type = (CompactType)(header & 0x0F);
        ulong count = header >> 4 == 15 ? ReadVarint() : (ulong)(header >> 4);
        for (ulong i = 0; i < count; i++)
        {
            // In a list a truth value is a byte of its own; so every element takes one at least, and the bytes' end bounds the count.
            Skip(type is CompactType.True or CompactType.False ? CompactType.Byte : type, depth + 1);
        }
    }

    private void Take(ulong length)
    {
        if (length > (ulong)(_bytes.Length - Position))
        {
            throw Malformed();
        }
        Position += (int)length;
    }

    private int ReadByte()
    {
        Take(1);
        return _bytes[Position - 1];
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        throw Malformed();
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static InvalidDataException Malformed() => new("the bytes are not those of a page's header");
}
