using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parquet.Compression;

/// <summary>Snappy's block format, read with every length and offset checked.</summary>
internal static unsafe class SnappyDecompressor
{
    /// <summary>Fills <paramref name="destination"/> exactly.</summary>
    /// <exception cref="ParquetException">The source is damaged or holds another number of bytes.</exception>
    public static void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* input = source)
        fixed (byte* output = destination)
        {
            byte* end = input + source.Length;
            byte* position = input;
            if (ReadLength(ref position, end) != (ulong)destination.Length)
            {
                throw Damaged();
            }
            Decode(position, end, output, output + destination.Length);
        }
    }

    private static ulong ReadLength(ref byte* position, byte* end)
    {
        ulong length = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (position == end)
            {
                throw Damaged();
            }
            byte next = *position++;
            length |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return length;
            }
        }
        throw Damaged();
    }

    private static void Decode(byte* input, byte* inputEnd, byte* output, byte* outputEnd)
    {
        byte* target = output;
        while (input < inputEnd)
        {
            uint tag = *input++;
            if ((tag & 3) == 0)
            {
                uint length = (tag >> 2) + 1;
                if (length <= 16 && inputEnd - input >= 16 && outputEnd - target >= 16)
                {
                    Unsafe.CopyBlockUnaligned(target, input, 16);
                    input += length;
                    target += length;
                    continue;
                }
                if (length > 60)
                {
                    length = LongLiteral(ref input, inputEnd, (int)length - 60);
                }
                if (length > (ulong)(inputEnd - input) || length > (ulong)(outputEnd - target))
                {
                    throw Damaged();
                }
                NativeMemory.Copy(input, target, length);
                input += length;
                target += length;
            }
            else
            {
                (uint offset, uint length) = CopyElement(tag, ref input, inputEnd);
                // An offset of zero wraps to the largest number.
                if (offset - 1 >= (ulong)(target - output) || length > (ulong)(outputEnd - target))
                {
                    throw Damaged();
                }
                Copy(target, offset, length, outputEnd);
                target += length;
            }
        }
        if (target != outputEnd)
        {
            throw Damaged();
        }
    }

    /// <summary>A literal whose length takes one to four bytes of its own; 0, which no literal has, stands for 2³².</summary>
    private static uint LongLiteral(ref byte* input, byte* inputEnd, int bytes)
    {
        if (inputEnd - input < bytes)
        {
            throw Damaged();
        }
        uint length = 0;
        for (int i = 0; i < bytes; i++)
        {
            length |= (uint)input[i] << (8 * i);
        }
        input += bytes;
        return length == uint.MaxValue ? throw Damaged() : length + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (uint Offset, uint Length) CopyElement(uint tag, ref byte* input, byte* inputEnd)
    {
        uint kind = tag & 3;
        int bytes = kind == 3 ? 4 : (int)kind;
        if (inputEnd - input < bytes)
        {
            throw Damaged();
        }
        byte* at = input;
        input += bytes;
        return kind switch
        {
            1 => (((tag & 0xE0) << 3) | *at, ((tag >> 2) & 7) + 4),
            2 => (Unsafe.ReadUnaligned<ushort>(at), (tag >> 2) + 1),
            _ => (Unsafe.ReadUnaligned<uint>(at), (tag >> 2) + 1),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(byte* target, uint offset, uint length, byte* outputEnd)
    {
        byte* from = target - offset;
        if (offset >= 16 && outputEnd - target >= 64)
        {
            // At most 64 bytes: whole blocks of 16, the excess overwritten by what follows.
            Unsafe.CopyBlockUnaligned(target, from, 16);
            for (uint done = 16; done < length; done += 16)
            {
                Unsafe.CopyBlockUnaligned(target + done, from + done, 16);
            }
            return;
        }
        if (offset >= 8 && outputEnd - target >= 64)
        {
            for (uint done = 0; done < length; done += 8)
            {
                Unsafe.WriteUnaligned(target + done, Unsafe.ReadUnaligned<ulong>(from + done));
            }
            return;
        }
        CopyPattern(target, from, offset, length, outputEnd);
    }

    // A short offset repeats a pattern: once it stands twice, four times …, it can be copied eight bytes at a time.
    private static void CopyPattern(byte* target, byte* from, uint offset, uint length, byte* outputEnd)
    {
        byte* end = target + length;
        if (outputEnd - target >= 80)
        {
            while (offset < 8 && target < end)
            {
                Unsafe.WriteUnaligned(target, Unsafe.ReadUnaligned<ulong>(from));
                target += offset;
                offset *= 2;
            }
            while (target < end)
            {
                Unsafe.WriteUnaligned(target, Unsafe.ReadUnaligned<ulong>(from));
                target += 8;
                from += 8;
            }
            return;
        }
        while (target < end)
        {
            *target++ = *from++;
        }
    }

    private static ParquetException Damaged() => new("A Snappy page is damaged.");
}
