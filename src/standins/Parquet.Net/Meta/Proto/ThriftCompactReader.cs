namespace Parquet.Meta.Proto;

/// <summary>Reads the Thrift compact protocol from bytes in memory; no count or length is believed before it is checked.</summary>
internal ref struct ThriftCompactReader(ReadOnlySpan<byte> source)
{
    private const int MaximumDepth = 64;
    private readonly ReadOnlySpan<byte> source = source;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Moves to the next field of a struct; false at its end.</summary>
    /// <param name="fieldId">The previous field's number (0 at the start), then this one's.</param>
    /// <param name="type">The field's type; for booleans, its value.</param>
    public bool NextField(ref short fieldId, out CompactType type)
    {
        byte header = ReadByte();
        type = TypeOf(header & 0x0F);
        if (type == CompactType.Stop)
        {
            return false;
        }
        int delta = header >> 4;
        fieldId = delta == 0 ? (short)ReadZigZag() : (short)(fieldId + delta);
        return true;
    }

    public readonly bool AsBoolean(CompactType type) =>
        type switch
        {
            CompactType.BooleanTrue => true,
            CompactType.BooleanFalse => false,
            _ => throw Unexpected(type, "a boolean"),
        };

    public int ReadInt32(CompactType type)
    {
        long value = ReadInt64(type);
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new ThriftProtocolException($"The number {value} does not fit in 32 bits.");
    }

    public long ReadInt64(CompactType type) =>
        type is CompactType.I16 or CompactType.I32 or CompactType.I64 ? ReadZigZag() : throw Unexpected(type, "an integer");

    public int ReadByte(CompactType type)
    {
        Expect(type, CompactType.Byte);
        return ReadByte();
    }

    public string ReadString(CompactType type) => System.Text.Encoding.UTF8.GetString(ReadBinary(type));

    public ReadOnlySpan<byte> ReadBinary(CompactType type)
    {
        Expect(type, CompactType.Binary);
        return Take(ReadLength());
    }

    /// <summary>Reads a list's header; every element takes at least a byte, so a count beyond the bytes left is refused.</summary>
    public int ReadListHeader(CompactType type, out CompactType elementType)
    {
        if (type is not (CompactType.List or CompactType.Set))
        {
            throw Unexpected(type, "a list");
        }
        byte header = ReadByte();
        elementType = TypeOf(header & 0x0F);
        int count = header >> 4;
        if (count == 15)
        {
            count = ReadLength();
        }
        return count <= source.Length - Position
            ? count
            : throw new ThriftProtocolException($"A list of {count} elements in {source.Length - Position} bytes.");
    }

    public static void Expect(CompactType actual, CompactType expected)
    {
        if (actual != expected)
        {
            throw Unexpected(actual, expected.ToString());
        }
    }

    public void Skip(CompactType type) => Skip(type, 0);

    /// <summary>Skips a value and returns its bytes as they stand.</summary>
    public ReadOnlySpan<byte> SkipRaw(CompactType type)
    {
        int start = Position;
        Skip(type);
        return source[start..Position];
    }

    private void Skip(CompactType type, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new ThriftProtocolException("Metadata are nested too deeply.");
        }
        switch (type)
        {
            case CompactType.BooleanTrue or CompactType.BooleanFalse:
                break;
            case CompactType.Byte:
                ReadByte();
                break;
            case CompactType.I16 or CompactType.I32 or CompactType.I64:
                ReadVarint();
                break;
            case CompactType.Double:
                Take(8);
                break;
            case CompactType.Uuid:
                Take(16);
                break;
            case CompactType.Binary:
                Take(ReadLength());
                break;
            case CompactType.List or CompactType.Set:
                SkipElements(ReadListHeader(type, out CompactType elementType), elementType, depth);
                break;
            case CompactType.Map:
                SkipMap(depth);
                break;
            case CompactType.Struct:
                short id = 0;
                while (NextField(ref id, out CompactType fieldType))
                {
                    Skip(fieldType, depth + 1);
                }
                break;
            default:
                throw Unexpected(type, "a value");
        }
    }

    private void SkipElements(int count, CompactType type, int depth)
    {
        for (int i = 0; i < count; i++)
        {
            SkipElement(type, depth);
        }
    }

    // Inside a collection a boolean is a byte of its own.
    private void SkipElement(CompactType type, int depth) =>
        Skip(type is CompactType.BooleanTrue or CompactType.BooleanFalse ? CompactType.Byte : type, depth + 1);

    private void SkipMap(int depth)
    {
        int count = ReadLength();
        if (count == 0)
        {
            return;
        }
        byte types = ReadByte();
        for (int i = 0; i < count; i++)
        {
            SkipElement(TypeOf(types >> 4), depth);
            SkipElement(TypeOf(types & 0x0F), depth);
        }
    }

    private int ReadLength()
    {
        ulong length = ReadVarint();
        return length <= (ulong)(source.Length - Position)
            ? (int)length
            : throw new ThriftProtocolException($"A length of {length} with {source.Length - Position} bytes left.");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > source.Length - Position)
        {
            throw new ThriftProtocolException("Metadata end in the middle of a value.");
        }
        ReadOnlySpan<byte> taken = source.Slice(Position, length);
        Position += length;
        return taken;
    }

    private byte ReadByte() => Take(1)[0];

    private long ReadZigZag()
    {
        ulong value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        throw new ThriftProtocolException("A number of more than ten bytes.");
    }

    private static CompactType TypeOf(int code) =>
        code <= (int)CompactType.Uuid ? (CompactType)code : throw new ThriftProtocolException($"The type {code} does not exist.");

    private static ThriftProtocolException Unexpected(CompactType actual, string expected) =>
        new($"Found {actual} where {expected} belongs.");
}
