using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Parquet.Encodings;

/// <summary>Unpacks numbers of a fixed count of bits, least significant bit first.</summary>
internal static class BitPacking
{
    /// <summary>Fills <paramref name="destination"/>; the source has at least as many bits as that takes.</summary>
    public static void Unpack(ReadOnlySpan<byte> source, int bitWidth, Span<int> destination)
    {
        if (bitWidth == 1)
        {
            UnpackBits(source, destination);
            return;
        }
        if (bitWidth == 0)
        {
            destination.Clear();
            return;
        }
        ulong mask = (1UL << bitWidth) - 1;
        // Where eight bytes can be loaded from every value's first byte on.
        long loadable = ((source.Length - 7L) * 8 / bitWidth) - 1;
        int fast = (int)Math.Clamp(loadable, 0, destination.Length);
        long bit = 0;
        for (int i = 0; i < fast; i++)
        {
            ulong window = BinaryPrimitives.ReadUInt64LittleEndian(source[(int)(bit >> 3)..]);
            destination[i] = (int)((window >> (int)(bit & 7)) & mask);
            bit += bitWidth;
        }
        Span<byte> padded = stackalloc byte[8];
        for (int i = fast; i < destination.Length; i++)
        {
            padded.Clear();
            ReadOnlySpan<byte> rest = source[(int)(bit >> 3)..];
            rest[..Math.Min(8, rest.Length)].CopyTo(padded);
            destination[i] = (int)((BinaryPrimitives.ReadUInt64LittleEndian(padded) >> (int)(bit & 7)) & mask);
            bit += bitWidth;
        }
    }

    private static void UnpackBits(ReadOnlySpan<byte> source, Span<int> destination)
    {
        Vector256<int> masks = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        int whole = destination.Length / 8;
        for (int i = 0; i < whole; i++)
        {
            Vector256<int> set = Vector256.Equals(Vector256.Create((int)source[i]) & masks, masks);
            (set & Vector256<int>.One).CopyTo(destination[(i * 8)..]);
        }
        for (int i = whole * 8; i < destination.Length; i++)
        {
            destination[i] = (source[i >> 3] >> (i & 7)) & 1;
        }
    }
}
