using System.Buffers;
using System.Text;
using Parquet.Columns;

namespace Parquet.Encodings;

/// <summary>Reads the DELTA encodings: differences of integers, and byte arrays whose lengths or common prefixes are such.</summary>
internal static class DeltaDecoder
{
    // The format asks for blocks of a multiple of 128 values; nothing writes blocks anywhere near this large.
    private const int LargestBlock = 1 << 20;

    /// <summary>DELTA_BINARY_PACKED: fills <paramref name="destination"/> and returns how many bytes that took.</summary>
    /// <remarks>Sums wrap around, as the format wants them to; 32-bit values are the low halves.</remarks>
    /// <exception cref="ParquetException">The data are damaged or hold fewer values.</exception>
    public static int DecodeIntegers(ReadOnlySpan<byte> source, Span<long> destination)
    {
        int position = 0;
        ulong blockSize = ReadVarint(source, ref position);
        ulong miniblocks = ReadVarint(source, ref position);
        ulong total = ReadVarint(source, ref position);
        long value = ReadZigZag(source, ref position);
        Require(
            total >= (ulong)destination.Length
                && blockSize is > 0 and <= LargestBlock
                && miniblocks > 0
                && miniblocks <= blockSize
                && blockSize % miniblocks == 0
                && blockSize / miniblocks % 8 == 0
        );
        if (destination.IsEmpty)
        {
            return position;
        }
        destination[0] = value;
        int done = 1;
        int perMiniblock = (int)(blockSize / miniblocks);
        while (done < destination.Length)
        {
            long least = ReadZigZag(source, ref position);
            Require((ulong)(source.Length - position) >= miniblocks);
            ReadOnlySpan<byte> widths = source.Slice(position, (int)miniblocks);
            position += widths.Length;
            foreach (byte width in widths)
            {
                if (done == destination.Length)
                {
                    break;
                }
                int count = Math.Min(perMiniblock, destination.Length - done);
                DecodeMiniblock(source[position..], width, least, ref value, destination.Slice(done, count));
                done += count;
                position += (int)Math.Min((long)perMiniblock * width / 8, source.Length - position);
            }
        }
        return position;
    }

    /// <summary>DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes. Values are slices of the source.</summary>
    /// <exception cref="ParquetException">The data are damaged.</exception>
    public static void DecodeLengthsAndBytes(ReadOnlyMemory<byte> source, Span<ReadOnlyMemory<byte>> destination)
    {
        long[] lengths = ArrayPool<long>.Shared.Rent(destination.Length);
        try
        {
            int position = DecodeIntegers(source.Span, lengths.AsSpan(0, destination.Length));
            for (int i = 0; i < destination.Length; i++)
            {
                Require(lengths[i] >= 0 && lengths[i] <= source.Length - position);
                destination[i] = source.Slice(position, (int)lengths[i]);
                position += (int)lengths[i];
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(lengths);
        }
    }

    /// <summary>DELTA_BYTE_ARRAY: the length shared with the value before, then the rest of each value.</summary>
    /// <exception cref="ParquetException">The data are damaged.</exception>
    public static void DecodePrefixesAndSuffixes(ReadOnlyMemory<byte> source, Span<ReadOnlyMemory<byte>> destination, MemoryBudget budget)
    {
        long[] prefixes = ArrayPool<long>.Shared.Rent(destination.Length);
        try
        {
            int position = DecodeIntegers(source.Span, prefixes.AsSpan(0, destination.Length));
            DecodeLengthsAndBytes(source[position..], destination);
            ReadOnlyMemory<byte> previous = default;
            for (int i = 0; i < destination.Length; i++)
            {
                Require(prefixes[i] >= 0 && prefixes[i] <= previous.Length);
                if (prefixes[i] > 0)
                {
                    // A few bytes can call for another copy of a long value.
                    budget.Take(prefixes[i] + destination[i].Length);
                    destination[i] = Joined(previous[..(int)prefixes[i]], destination[i]);
                }
                previous = destination[i];
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(prefixes);
        }
    }

    /// <summary>Values as text.</summary>
    public static void ToText(ReadOnlySpan<ReadOnlyMemory<byte>> values, Span<ReadOnlyMemory<char>> destination)
    {
        for (int i = 0; i < values.Length; i++)
        {
            destination[i] = Encoding.UTF8.GetString(values[i].Span).AsMemory();
        }
    }

    private static ReadOnlyMemory<byte> Joined(ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> suffix)
    {
        byte[] whole = GC.AllocateUninitializedArray<byte>(checked(prefix.Length + suffix.Length));
        prefix.CopyTo(whole);
        suffix.CopyTo(whole.AsMemory(prefix.Length));
        return whole;
    }

    private static void DecodeMiniblock(ReadOnlySpan<byte> source, int width, long least, ref long value, Span<long> destination)
    {
        Require(width <= 64 && (((long)destination.Length * width) + 7) / 8 <= source.Length);
        long bit = 0;
        for (int i = 0; i < destination.Length; i++)
        {
            value = unchecked(value + least + (long)ReadBits(source, bit, width));
            destination[i] = value;
            bit += width;
        }
    }

    private static ulong ReadBits(ReadOnlySpan<byte> source, long bit, int width)
    {
        ulong bits = 0;
        int have = 0;
        while (have < width)
        {
            int offset = (int)((bit + have) & 7);
            int take = Math.Min(8 - offset, width - have);
            ulong part = ((ulong)source[(int)((bit + have) >> 3)] >> offset) & ((1UL << take) - 1);
            bits |= part << have;
            have += take;
        }
        return bits;
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> source, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            Require(position < source.Length);
            byte next = source[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        throw Damaged();
    }

    private static long ReadZigZag(ReadOnlySpan<byte> source, ref int position)
    {
        ulong value = ReadVarint(source, ref position);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw Damaged();
        }
    }

    private static ParquetException Damaged() => new("Delta-encoded data are damaged or end too early.");
}
