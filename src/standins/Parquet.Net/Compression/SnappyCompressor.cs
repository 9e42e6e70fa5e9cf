using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parquet.Compression;

/// <summary>
/// Snappy's block format (format_description.txt of google/snappy). Matches are sought greedily in blocks of 64 KiB through a hash
/// of four bytes; where none is found for a while, the search takes longer and longer steps, so data that do not compress cost little
/// more than a copy.
/// </summary>
internal static unsafe class SnappyCompressor
{
    /// <summary>Entries of the table of recent positions that a caller provides.</summary>
    public const int TableSize = 1 << TableBits;

    private const int TableBits = 14;
    private const int BlockSize = 1 << 16;

    // Matches are not sought in a block's last bytes, so that eight bytes can always be loaded.
    private const int InputMargin = 15;

    /// <summary>Room that the compressed form can need, its length included.</summary>
    public static int MaximumLength(int length) => checked(32 + length + (length / 6));

    /// <summary>Compresses into <paramref name="output"/> and returns how many bytes it took.</summary>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> output, ushort[] table)
    {
        if (output.Length < MaximumLength(source.Length))
        {
            throw new ArgumentException("The output is shorter than MaximumLength.", nameof(output));
        }
        fixed (byte* input = source)
        fixed (byte* start = output)
        {
            byte* target = WriteLength(start, (uint)source.Length);
            for (int offset = 0; offset < source.Length; offset += BlockSize)
            {
                target = CompressBlock(input + offset, Math.Min(BlockSize, source.Length - offset), target, table);
            }
            return (int)(target - start);
        }
    }

    private static byte* WriteLength(byte* target, uint length)
    {
        while (length >= 0x80)
        {
            *target++ = (byte)(length | 0x80);
            length >>= 7;
        }
        *target++ = (byte)length;
        return target;
    }

    private static byte* CompressBlock(byte* input, int length, byte* target, ushort[] table)
    {
        // A small block gets a small table: clearing it would cost more than searching.
        int bits = Math.Clamp(32 - BitOperations.LeadingZeroCount((uint)(length - 1)), 8, TableBits);
        table.AsSpan(0, 1 << bits).Clear();
        int shift = 32 - bits;
        byte* end = input + length;
        byte* literal = input;
        if (length < InputMargin)
        {
            return EmitLiteral(target, literal, (int)(end - literal), false);
        }
        byte* limit = end - InputMargin;
        byte* position = input + 1;
        fixed (ushort* recent = table)
        {
            uint hash = Hash(Load32(position), shift);
            while (true)
            {
                byte* candidate;
                uint skip = 32;
                byte* next = position;
                do
                {
                    position = next;
                    uint step = skip >> 5;
                    skip += step;
                    next = position + step;
                    if (next > limit)
                    {
                        return EmitLiteral(target, literal, (int)(end - literal), false);
                    }
                    candidate = input + recent[hash];
                    recent[hash] = (ushort)(position - input);
                    hash = Hash(Load32(next), shift);
                } while (Load32(position) != Load32(candidate));

                target = EmitLiteral(target, literal, (int)(position - literal), true);
                do
                {
                    int matched = 4 + MatchLength(candidate + 4, position + 4, end);
                    target = EmitCopy(target, (int)(position - candidate), matched);
                    position += matched;
                    literal = position;
                    if (position >= limit)
                    {
                        return EmitLiteral(target, literal, (int)(end - literal), false);
                    }
                    recent[Hash(Load32(position - 1), shift)] = (ushort)(position - 1 - input);
                    uint here = Load32(position);
                    hash = Hash(here, shift);
                    candidate = input + recent[hash];
                    recent[hash] = (ushort)(position - input);
                    if (here != Load32(candidate))
                    {
                        break;
                    }
                } while (true);
                position++;
                hash = Hash(Load32(position), shift);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(uint bytes, int shift) => (bytes * 0x1E35A7BD) >> shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Load32(byte* source) => Unsafe.ReadUnaligned<uint>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int MatchLength(byte* candidate, byte* position, byte* end)
    {
        byte* start = position;
        while (end - position >= 8)
        {
            ulong difference = Unsafe.ReadUnaligned<ulong>(candidate) ^ Unsafe.ReadUnaligned<ulong>(position);
            if (difference != 0)
            {
                return (int)(position - start) + (BitOperations.TrailingZeroCount(difference) >> 3);
            }
            position += 8;
            candidate += 8;
        }
        while (position < end && *position == *candidate)
        {
            position++;
            candidate++;
        }
        return (int)(position - start);
    }

    /// <param name="target">Where the element goes.</param>
    /// <param name="literal">The bytes.</param>
    /// <param name="length">How many; none writes nothing.</param>
    /// <param name="loose">Whether 16 bytes can be read at the literal, whatever its length.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* EmitLiteral(byte* target, byte* literal, int length, bool loose)
    {
        if (loose && length is <= 16 and > 0)
        {
            // MaximumLength leaves room for the excess.
            *target++ = (byte)((length - 1) << 2);
            Unsafe.CopyBlockUnaligned(target, literal, 16);
            return target + length;
        }
        return length == 0 ? target : EmitLongLiteral(target, literal, length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte* EmitLongLiteral(byte* target, byte* literal, int length)
    {
        int count = length - 1;
        if (count < 60)
        {
            *target++ = (byte)(count << 2);
        }
        else if (count < 256)
        {
            *target++ = 60 << 2;
            *target++ = (byte)count;
        }
        else
        {
            *target++ = 61 << 2;
            BinaryPrimitives.WriteUInt16LittleEndian(new Span<byte>(target, 2), (ushort)count);
            target += 2;
        }
        NativeMemory.Copy(literal, target, (nuint)length);
        return target + length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* EmitCopy(byte* target, int offset, int length)
    {
        if (length < 12 && offset < 2048)
        {
            *target++ = (byte)(1 | ((length - 4) << 2) | ((offset >> 8) << 5));
            *target++ = (byte)offset;
            return target;
        }
        // 68 and more: whole copies of 64, but never a rest shorter than 4, which has no short form.
        while (length >= 68)
        {
            target = EmitWideCopy(target, offset, 64);
            length -= 64;
        }
        if (length > 64)
        {
            target = EmitWideCopy(target, offset, 60);
            length -= 60;
        }
        if (length < 12 && offset < 2048)
        {
            *target++ = (byte)(1 | ((length - 4) << 2) | ((offset >> 8) << 5));
            *target++ = (byte)offset;
            return target;
        }
        return EmitWideCopy(target, offset, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* EmitWideCopy(byte* target, int offset, int length)
    {
        Unsafe.WriteUnaligned(target, (uint)(2 | ((length - 1) << 2) | (offset << 8)));
        return target + 3;
    }
}
