using System.Buffers;
using System.Buffers.Binary;
using Parquet.Meta;

namespace Parquet.Encodings;

/// <summary>Reads the values of a data page in whatever encoding it has. A new encoding is one more case here.</summary>
internal static class ValueDecoder
{
    /// <summary>Fills <paramref name="destination"/>.</summary>
    /// <exception cref="ParquetException">The page is damaged, or its encoding is not supported.</exception>
    public static void Decode<T>(Encoding encoding, ReadOnlyMemory<byte> source, int? fixedLength, T[]? dictionary, Span<T> destination)
        where T : struct
    {
        switch (encoding)
        {
            case Encoding.PLAIN:
                PlainDecoder.Decode(source, fixedLength, destination);
                break;
            case Encoding.PLAIN_DICTIONARY or Encoding.RLE_DICTIONARY:
                DecodeIndexes(source.Span, dictionary, destination);
                break;
            case Encoding.RLE when typeof(T) == typeof(bool):
                DecodeRuns(source.Span, Reinterpret.As<T, bool>(destination));
                break;
            default:
                throw new ParquetException($"Values encoded as {encoding} are not supported.");
        }
    }

    private static void DecodeIndexes<T>(ReadOnlySpan<byte> source, T[]? dictionary, Span<T> destination)
        where T : struct
    {
        if (dictionary is null || dictionary.Length == 0 || source.IsEmpty)
        {
            throw new ParquetException("A page refers to a dictionary that its column chunk does not have.");
        }
        int[] indexes = ArrayPool<int>.Shared.Rent(destination.Length);
        try
        {
            Span<int> used = indexes.AsSpan(0, destination.Length);
            // The decoder lets no index beyond the dictionary through.
            RunLengthDecoder.Decode(source[1..], source[0], dictionary.Length - 1, used);
            for (int i = 0; i < used.Length; i++)
            {
                destination[i] = dictionary[used[i]];
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(indexes);
        }
    }

    private static void DecodeRuns(ReadOnlySpan<byte> source, Span<bool> destination)
    {
        int length = source.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(source);
        if (length < 0 || length > source.Length - 4)
        {
            throw new ParquetException("A page of booleans ends too early; it is damaged.");
        }
        int[] bits = ArrayPool<int>.Shared.Rent(destination.Length);
        try
        {
            RunLengthDecoder.Decode(source.Slice(4, length), 1, 1, bits.AsSpan(0, destination.Length));
            for (int i = 0; i < destination.Length; i++)
            {
                destination[i] = bits[i] != 0;
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(bits);
        }
    }
}
