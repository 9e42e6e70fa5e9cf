using System.Buffers;
using System.Buffers.Binary;
using Parquet.Columns;
using Parquet.Meta;

namespace Parquet.Encodings;

/// <summary>Reads the values of a data page in whatever encoding it has. A new encoding is one more case here.</summary>
internal static class ValueDecoder
{
    /// <summary>Fills <paramref name="destination"/>.</summary>
    /// <exception cref="ParquetException">The page is damaged, or its encoding is not supported.</exception>
    public static void Decode<T>(
        Encoding encoding,
        ReadOnlyMemory<byte> source,
        int? fixedLength,
        T[]? dictionary,
        Span<T> destination,
        MemoryBudget budget
    )
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
            case Encoding.DELTA_BINARY_PACKED when typeof(T) == typeof(int) || typeof(T) == typeof(long):
                DecodeDifferences(source.Span, destination);
                break;
            case Encoding.DELTA_LENGTH_BYTE_ARRAY or Encoding.DELTA_BYTE_ARRAY when IsBytes<T>():
                DecodeDeltaBytes(encoding, source, destination, budget);
                break;
            case Encoding.BYTE_STREAM_SPLIT when typeof(T) != typeof(bool) && !IsBytes<T>():
                SplitDecoder.Decode(source.Span, destination);
                break;
            case Encoding.BYTE_STREAM_SPLIT when typeof(T) == typeof(ReadOnlyMemory<byte>) && fixedLength is { } length:
                SplitDecoder.DecodeBinary(source.Span, length, Reinterpret.As<T, ReadOnlyMemory<byte>>(destination));
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

    private static bool IsBytes<T>() => typeof(T) == typeof(ReadOnlyMemory<byte>) || typeof(T) == typeof(ReadOnlyMemory<char>);

    private static void DecodeDifferences<T>(ReadOnlySpan<byte> source, Span<T> destination)
        where T : struct
    {
        if (typeof(T) == typeof(long))
        {
            DeltaDecoder.DecodeIntegers(source, Reinterpret.As<T, long>(destination));
            return;
        }
        long[] wide = ArrayPool<long>.Shared.Rent(destination.Length);
        try
        {
            Span<int> narrow = Reinterpret.As<T, int>(destination);
            DeltaDecoder.DecodeIntegers(source, wide.AsSpan(0, narrow.Length));
            for (int i = 0; i < narrow.Length; i++)
            {
                narrow[i] = unchecked((int)wide[i]);
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(wide);
        }
    }

    private static void DecodeDeltaBytes<T>(Encoding encoding, ReadOnlyMemory<byte> source, Span<T> destination, MemoryBudget budget)
        where T : struct
    {
        bool isText = typeof(T) == typeof(ReadOnlyMemory<char>);
        Span<ReadOnlyMemory<byte>> values = isText
            ? new ReadOnlyMemory<byte>[destination.Length]
            : Reinterpret.As<T, ReadOnlyMemory<byte>>(destination);
        if (encoding == Encoding.DELTA_BYTE_ARRAY)
        {
            DeltaDecoder.DecodePrefixesAndSuffixes(source, values, budget);
        }
        else
        {
            DeltaDecoder.DecodeLengthsAndBytes(source, values);
        }
        if (isText)
        {
            DeltaDecoder.ToText(values, Reinterpret.As<T, ReadOnlyMemory<char>>(destination));
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
