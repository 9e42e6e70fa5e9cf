using System.Buffers.Binary;

namespace Parquet.Compression;

/// <summary>LZ4's block format, read with every length and offset checked.</summary>
internal static class Lz4Decompressor
{
    private const int LeastMatch = 4;
    private const int LongLength = 15;

    /// <summary>Fills <paramref name="destination"/> exactly.</summary>
    /// <exception cref="ParquetException">The source is damaged or holds another number of bytes.</exception>
    public static void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int position = 0;
        int target = 0;
        while (position < source.Length)
        {
            byte token = source[position++];
            int literals = ReadLength(source, ref position, token >> 4);
            Require(literals <= source.Length - position && literals <= destination.Length - target);
            source.Slice(position, literals).CopyTo(destination[target..]);
            position += literals;
            target += literals;
            // The last sequence has no match.
            if (position == source.Length)
            {
                break;
            }
            Require(source.Length - position >= 2);
            int offset = BinaryPrimitives.ReadUInt16LittleEndian(source[position..]);
            position += 2;
            int matched = ReadLength(source, ref position, token & 0x0F);
            Require(offset > 0 && offset <= target && matched <= destination.Length - target - LeastMatch);
            Repeat(destination.Slice(target - offset, offset + matched + LeastMatch), offset);
            target += matched + LeastMatch;
        }
        Require(target == destination.Length);
    }

    /// <summary>Continues the first <paramref name="period"/> bytes over the rest; the copied part doubles.</summary>
    private static void Repeat(Span<byte> bytes, int period)
    {
        int done = period;
        while (done < bytes.Length)
        {
            int count = Math.Min(done, bytes.Length - done);
            bytes[..count].CopyTo(bytes[done..]);
            done += count;
        }
    }

    private static int ReadLength(ReadOnlySpan<byte> source, ref int position, int length)
    {
        if (length < LongLength)
        {
            return length;
        }
        byte next;
        do
        {
            Require(position < source.Length && length <= int.MaxValue - byte.MaxValue);
            next = source[position++];
            length += next;
        } while (next == byte.MaxValue);
        return length;
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new ParquetException("An LZ4 page is damaged.");
        }
    }
}
