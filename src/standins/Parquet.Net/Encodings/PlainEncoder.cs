using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Parquet.Columns;

namespace Parquet.Encodings;

/// <summary>PLAIN: values one after the other; booleans as bits; byte arrays after their length.</summary>
internal static class PlainEncoder
{
    /// <summary>Appends values.</summary>
    /// <param name="values">Of a type that columns hold.</param>
    /// <param name="fixedLength">Bytes of each binary value where the column has a fixed length, which is then not written.</param>
    /// <param name="output">Where they go.</param>
    public static void Encode<T>(ReadOnlySpan<T> values, int? fixedLength, PooledBuffer output)
        where T : struct
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
        {
            EncodeText(Reinterpret.As<T, ReadOnlyMemory<char>>(values), output);
        }
        else if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            EncodeBinary(Reinterpret.As<T, ReadOnlyMemory<byte>>(values), fixedLength, output);
        }
        else if (typeof(T) == typeof(bool))
        {
            EncodeBits(Reinterpret.As<T, bool>(values), output);
        }
        else
        {
            // Little-endian numbers, as they are in memory.
            output.Write(MemoryMarshal.AsBytes(values));
        }
    }

    private static void EncodeText(ReadOnlySpan<ReadOnlyMemory<char>> values, PooledBuffer output)
    {
        foreach (ReadOnlyMemory<char> value in values)
        {
            int most = checked(4 + Encoding.UTF8.GetMaxByteCount(value.Length));
            Span<byte> room = output.Reserve(most);
            int length = Encoding.UTF8.GetBytes(value.Span, room[4..]);
            BinaryPrimitives.WriteInt32LittleEndian(room, length);
            output.Advance(4 + length);
        }
    }

    private static void EncodeBinary(ReadOnlySpan<ReadOnlyMemory<byte>> values, int? fixedLength, PooledBuffer output)
    {
        foreach (ReadOnlyMemory<byte> value in values)
        {
            if (fixedLength is { } length)
            {
                if (value.Length != length)
                {
                    throw new ArgumentException($"A value of {value.Length} bytes in a column of {length} bytes a value.", nameof(values));
                }
                output.Write(value.Span);
                continue;
            }
            Span<byte> room = output.Reserve(checked(4 + value.Length));
            BinaryPrimitives.WriteInt32LittleEndian(room, value.Length);
            value.Span.CopyTo(room[4..]);
            output.Advance(4 + value.Length);
        }
    }

    private static void EncodeBits(ReadOnlySpan<bool> values, PooledBuffer output)
    {
        int bytes = (values.Length + 7) / 8;
        Span<byte> bits = output.Reserve(bytes)[..bytes];
        bits.Clear();
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i])
            {
                bits[i >> 3] |= (byte)(1 << (i & 7));
            }
        }
        output.Advance(bytes);
    }
}
