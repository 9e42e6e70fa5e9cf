using System.Buffers.Binary;

namespace Parquet.Compression;

/// <summary>
/// LZ4's block format, written. Matches are sought greedily through a hash of four bytes; where none is found for a while, the search
/// takes longer and longer steps.
/// </summary>
internal static class Lz4Compressor
{
    /// <summary>Entries of the table of recent positions that a caller provides.</summary>
    public const int TableSize = 1 << TableBits;

    private const int TableBits = 14;
    private const int LeastMatch = 4;
    private const int LongLength = 15;
    private const int FarthestMatch = ushort.MaxValue;

    // The format's end rules: the last five bytes are literals, and the last match begins at least twelve bytes before the end.
    private const int LiteralEnd = 5;
    private const int MatchMargin = 12;

    /// <summary>Room that the compressed form can need.</summary>
    public static int MaximumLength(int length) => checked(length + (length / 255) + 16);

    /// <summary>Compresses into <paramref name="output"/> and returns how many bytes it took.</summary>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> output, int[] table)
    {
        Array.Fill(table, -1);
        int target = 0;
        int literal = 0;
        int position = 0;
        int misses = 0;
        while (position <= source.Length - MatchMargin)
        {
            uint four = BinaryPrimitives.ReadUInt32LittleEndian(source[position..]);
            ref int recent = ref table[(four * 0x9E3779B1) >> (32 - TableBits)];
            int candidate = recent;
            recent = position;
            if (
                candidate < 0
                || position - candidate > FarthestMatch
                || BinaryPrimitives.ReadUInt32LittleEndian(source[candidate..]) != four
            )
            {
                position += 1 + (misses++ >> 6);
                continue;
            }
            ReadOnlySpan<byte> rest = source[(position + LeastMatch)..^LiteralEnd];
            int more = rest.CommonPrefixLength(source[(candidate + LeastMatch)..]);
            target = WriteLiterals(source[literal..position], more, output, target);
            BinaryPrimitives.WriteUInt16LittleEndian(output[target..], (ushort)(position - candidate));
            target = WriteLength(more, output, target + 2);
            position += LeastMatch + more;
            literal = position;
            misses = 0;
        }
        return WriteLiterals(source[literal..], 0, output, target);
    }

    /// <summary>The token of a sequence and its literals; <paramref name="more"/> is what its match has beyond four bytes.</summary>
    private static int WriteLiterals(ReadOnlySpan<byte> literals, int more, Span<byte> output, int target)
    {
        output[target++] = (byte)((Math.Min(literals.Length, LongLength) << 4) | Math.Min(more, LongLength));
        target = WriteLength(literals.Length, output, target);
        literals.CopyTo(output[target..]);
        return target + literals.Length;
    }

    private static int WriteLength(int length, Span<byte> output, int target)
    {
        if (length < LongLength)
        {
            return target;
        }
        int left = length - LongLength;
        for (; left >= byte.MaxValue; left -= byte.MaxValue)
        {
            output[target++] = byte.MaxValue;
        }
        output[target++] = (byte)left;
        return target;
    }
}
