using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Parquet.Encodings;

/// <summary>Reads Parquet's RLE / bit-packing hybrid.</summary>
internal static class RunLengthDecoder
{
    /// <summary>Fills <paramref name="destination"/> and returns how many bytes that took.</summary>
    /// <param name="source">The runs; more may follow them.</param>
    /// <param name="bitWidth">Bits a value, 0 to 32.</param>
    /// <param name="maximum">The largest value that may occur.</param>
    /// <param name="destination">One place a value.</param>
    /// <exception cref="ParquetException">The runs end too early, or a value is too large.</exception>
    public static int Decode(ReadOnlySpan<byte> source, int bitWidth, int maximum, Span<int> destination)
    {
        if (bitWidth is < 0 or > 32)
        {
            throw new ParquetException($"Values of {bitWidth} bits do not exist; the page is damaged.");
        }
        int position = 0;
        while (!destination.IsEmpty)
        {
            if (bitWidth == 0 && position == source.Length)
            {
                // Nothing needs to be stored to say that all values are zero, and some writers store nothing.
                destination.Clear();
                break;
            }
            uint header = ReadVarint(source, ref position);
            int filled =
                (header & 1) == 0
                    ? ReadRun(source, ref position, header >> 1, bitWidth, maximum, destination)
                    : ReadPacked(source, ref position, header >> 1, bitWidth, maximum, destination);
            destination = destination[filled..];
        }
        return position;
    }

    private static uint ReadVarint(ReadOnlySpan<byte> source, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (position == source.Length)
            {
                throw Damaged();
            }
            byte next = source[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value <= uint.MaxValue ? (uint)value : throw Damaged();
            }
        }
        throw Damaged();
    }

    private static int ReadRun(ReadOnlySpan<byte> source, ref int position, uint length, int bitWidth, int maximum, Span<int> destination)
    {
        int bytes = (bitWidth + 7) / 8;
        if (length == 0 || source.Length - position < bytes)
        {
            throw Damaged();
        }
        uint value = 0;
        for (int i = 0; i < bytes; i++)
        {
            value |= (uint)source[position++] << (8 * i);
        }
        if (value > (uint)maximum)
        {
            throw Damaged();
        }
        int count = (int)Math.Min(length, (uint)destination.Length);
        destination[..count].Fill((int)value);
        return count;
    }

    private static int ReadPacked(
        ReadOnlySpan<byte> source,
        ref int position,
        uint groups,
        int bitWidth,
        int maximum,
        Span<int> destination
    )
    {
        if (groups == 0)
        {
            throw Damaged();
        }
        // The last group may be cut short where no more values are wanted.
        int count = (int)Math.Min((ulong)groups * 8, (ulong)destination.Length);
        long stored = Math.Min((long)groups * bitWidth, source.Length - position);
        if (((long)count * bitWidth) + 7 >> 3 > stored)
        {
            throw Damaged();
        }
        BitPacking.Unpack(source.Slice(position, (int)stored), bitWidth, destination[..count]);
        position += (int)stored;
        CheckMaximum(destination[..count], maximum);
        return count;
    }

    // As unsigned numbers, negative values are too large.
    private static void CheckMaximum(ReadOnlySpan<int> values, int maximum)
    {
        ReadOnlySpan<Vector256<uint>> vectors = MemoryMarshal.Cast<int, Vector256<uint>>(values);
        Vector256<uint> largest = Vector256<uint>.Zero;
        foreach (Vector256<uint> vector in vectors)
        {
            largest = Vector256.Max(largest, vector);
        }
        bool within = Vector256.LessThanOrEqualAll(largest, Vector256.Create((uint)maximum));
        foreach (int value in values[(vectors.Length * 8)..])
        {
            within &= (uint)value <= (uint)maximum;
        }
        if (!within)
        {
            throw Damaged();
        }
    }

    private static ParquetException Damaged() => new("Run-length data are damaged or end too early.");
}
