using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Parquet.Encodings;

/// <summary>Reads PLAIN values.</summary>
internal static class PlainDecoder
{
    /// <summary>Fills <paramref name="destination"/>.</summary>
    /// <param name="source">The values. Binary values are slices of this memory, which must then not be reused.</param>
    /// <param name="fixedLength">Bytes of each binary value where the column has a fixed length.</param>
    /// <param name="destination">One place a value.</param>
    /// <exception cref="ParquetException">The values end too early.</exception>
    public static void Decode<T>(ReadOnlyMemory<byte> source, int? fixedLength, Span<T> destination)
        where T : struct
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
        {
            DecodeText(source.Span, Reinterpret.As<T, ReadOnlyMemory<char>>(destination));
        }
        else if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            DecodeBinary(source, fixedLength, Reinterpret.As<T, ReadOnlyMemory<byte>>(destination));
        }
        else if (typeof(T) == typeof(bool))
        {
            DecodeBits(source.Span, Reinterpret.As<T, bool>(destination));
        }
        else
        {
            Require(source.Length / Unsafe.SizeOf<T>() >= destination.Length);
            Span<byte> bytes = MemoryMarshal.AsBytes(destination);
            source.Span[..bytes.Length].CopyTo(bytes);
        }
    }

    private static void DecodeText(ReadOnlySpan<byte> source, Span<ReadOnlyMemory<char>> destination)
    {
        Require(source.Length / 4 >= destination.Length);
        // UTF-8 never has more UTF-16 units than bytes.
        char[] text = GC.AllocateUninitializedArray<char>(source.Length - (4 * destination.Length));
        int used = 0;
        for (int i = 0; i < destination.Length; i++)
        {
            Require(source.Length >= 4);
            int length = BinaryPrimitives.ReadInt32LittleEndian(source);
            Require(length >= 0 && length <= source.Length - 4 && length <= text.Length - used);
            int characters = Encoding.UTF8.GetChars(source.Slice(4, length), text.AsSpan(used));
            destination[i] = text.AsMemory(used, characters);
            used += characters;
            source = source[(4 + length)..];
        }
    }

    private static void DecodeBinary(ReadOnlyMemory<byte> source, int? fixedLength, Span<ReadOnlyMemory<byte>> destination)
    {
        ReadOnlySpan<byte> bytes = source.Span;
        int position = 0;
        for (int i = 0; i < destination.Length; i++)
        {
            int length;
            if (fixedLength is { } given)
            {
                length = given;
            }
            else
            {
                Require(bytes.Length - position >= 4);
                length = BinaryPrimitives.ReadInt32LittleEndian(bytes[position..]);
                position += 4;
            }
            Require(length >= 0 && length <= bytes.Length - position);
            destination[i] = source.Slice(position, length);
            position += length;
        }
    }

    private static void DecodeBits(ReadOnlySpan<byte> source, Span<bool> destination)
    {
        Require(source.Length >= (destination.Length + 7L) / 8);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = ((source[i >> 3] >> (i & 7)) & 1) != 0;
        }
    }

    private static void Require(bool enough)
    {
        if (!enough)
        {
            throw new ParquetException("A page's values end too early, or a length in it is too large; it is damaged.");
        }
    }
}
