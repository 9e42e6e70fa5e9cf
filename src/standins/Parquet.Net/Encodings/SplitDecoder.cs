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
        int size = Unsafe.SizeOf<T>();
        int stride = source.Length / size;
        if (stride < destination.Length)
        {
            throw new ParquetException("A page's values end too early; it is damaged.");
        }
        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        for (int part = 0; part < size; part++)
        {
            ReadOnlySpan<byte> stream = source.Slice(part * stride, destination.Length);
            for (int i = 0; i < stream.Length; i++)
            {
                bytes[(i * size) + part] = stream[i];
            }
        }
    }
}
