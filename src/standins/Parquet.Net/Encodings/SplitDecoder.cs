using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parquet.Encodings;

/// <summary>Reads BYTE_STREAM_SPLIT: the first bytes of all values, then the second bytes, and so on.</summary>
internal static class SplitDecoder
{
    /// <summary>Fills <paramref name="destination"/> with numbers.</summary>
    /// <exception cref="ParquetException">The values end too early.</exception>
    public static void Decode<T>(ReadOnlySpan<byte> source, Span<T> destination)
        where T : struct
    {
        Join(source, Unsafe.SizeOf<T>(), destination.Length, MemoryMarshal.AsBytes(destination));
    }

    /// <summary>Fills <paramref name="destination"/> with binary values, slices of memory of their own.</summary>
    /// <param name="source">The split bytes.</param>
    /// <param name="size">Bytes of a value.</param>
    /// <param name="destination">One place a value.</param>
    /// <exception cref="ParquetException">The values end too early.</exception>
    public static void DecodeBinary(ReadOnlySpan<byte> source, int size, Span<ReadOnlyMemory<byte>> destination)
    {
        if (source.Length / size < destination.Length)
        {
            throw EndsEarly();
        }
        byte[] bytes = GC.AllocateUninitializedArray<byte>(size * destination.Length);
        Join(source, size, destination.Length, bytes);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = bytes.AsMemory(i * size, size);
        }
    }

    private static void Join(ReadOnlySpan<byte> source, int size, int count, Span<byte> bytes)
    {
        int stride = source.Length / size;
        if (stride < count)
        {
            throw EndsEarly();
        }
        for (int part = 0; part < size; part++)
        {
            ReadOnlySpan<byte> stream = source.Slice(part * stride, count);
            for (int i = 0; i < stream.Length; i++)
            {
                bytes[(i * size) + part] = stream[i];
            }
        }
    }

    private static ParquetException EndsEarly() => new("A page's values end too early; it is damaged.");
}
