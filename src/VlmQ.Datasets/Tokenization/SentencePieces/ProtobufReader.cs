using System.Buffers.Binary;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Tokenization.SentencePieces;

/// <summary>
/// Goes through the fields of one message of a protocol buffer. It never reads past the message and allocates nothing, whatever lengths are
/// claimed.
/// </summary>
/// <param name="message">The message's bytes.</param>
/// <param name="file">The name that faults carry.</param>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message, string file)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>The field's number.</summary>
    public int Field { get; private set; }

    /// <summary>The field's value where it is a number: a varint, or the bits of a fixed one.</summary>
    public ulong Number { get; private set; }

    /// <summary>The field's value where it has a length: a message or a string.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>How the field is written.</summary>
    public ProtobufWire Wire { get; private set; }

    /// <summary>Goes to the next field; false at the end of the message.</summary>
    /// <exception cref="FaultException">The message is cut or no message.</exception>
    public bool Next()
    {
        if (_at == _message.Length)
        {
            return false;
        }
        ulong tag = Varint();
        (Field, Wire) = ((int)(tag >> 3), (ProtobufWire)(tag & 7));
        if (tag >> 3 is 0 or > (1 << 29) - 1)
        {
            throw Refuse("a field has no number");
        }
        Number = 0;
        Bytes = default;
        switch (Wire)
        {
            case ProtobufWire.Varint:
                Number = Varint();
                break;
            case ProtobufWire.Fixed64:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
                break;
            case ProtobufWire.Fixed32:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
                break;
            case ProtobufWire.Length:
                Bytes = Take(Varint());
                break;
            default:
                throw Refuse($"a field is written in way {(int)Wire}, which does not occur");
        }
        return true;
    }

    /// <summary>Whether this is a field, written as it must be; one that is written otherwise is passed over, as an unknown one.</summary>
    public readonly bool Is(int field, ProtobufWire wire) => Field == field && Wire == wire;

    private readonly FaultException Refuse(string what) =>
        new(Fault.Data($"the file is no sentencepiece model: {what}", file, "restore it"));

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_message.Length - _at))
        {
            throw Refuse($"a field of {length} bytes does not fit the {_message.Length - _at} that are left");
        }
        _at += (int)length;
        return _message.Slice(_at - (int)length, (int)length);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
        throw Refuse("a number has more than 64 bits");
    }
}
