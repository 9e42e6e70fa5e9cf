using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>The bits of entropy-coded data, most significant first; stuffed zeros are dropped, and zeros follow the last bit.</summary>
internal ref struct JpegBits
{
    private readonly ReadOnlySpan<byte> data;

    // The next bit is the highest one; below the first `count` bits there are zeros, unless `phantom` of them were made up.
    private ulong bits;
    private int count;
    private int phantom;
    private int position;

    public JpegBits(ReadOnlySpan<byte> data, int position)
    {
        this.data = data;
        this.position = position;
    }

    /// <summary>Where the data go on: at a marker, if all bits before it were read.</summary>
    public readonly int Position => position;

    /// <summary>Whether more bits were taken than the data have.</summary>
    public readonly bool Exhausted => count < phantom;

    /// <summary>The next symbol.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Decode(HuffmanTable table)
    {
        Ensure();
        int entry = table.Lookup[(int)(bits >> (64 - HuffmanTable.LookupBits))];
        if (entry == 0)
        {
            entry = table.DecodeLong((int)(bits >> 48));
        }
        Skip(entry >> 8);
        return entry & 0xFF;
    }

    /// <summary>A signed number of up to 15 bits (T.81, F.2.2.1), right after a symbol.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Signed(int size)
    {
        int value = Number(bits, size);
        Skip(size);
        return value;
    }

    /// <summary>An unsigned number of up to 15 bits, right after a symbol.</summary>
    public int Unsigned(int size)
    {
        int value = (int)(bits >> 1 >> (63 - size));
        Skip(size);
        return value;
    }

    /// <summary>All coefficients of a block but the first.</summary>
    /// <param name="table">Their code.</param>
    /// <param name="block">64 zeros by rows, which the coefficients replace.</param>
    /// <returns>False where there are none.</returns>
    /// <exception cref="InvalidImageContentException">There are more than fit, or bits that are no code.</exception>
    public bool ReadBlock(HuffmanTable table, Span<short> block)
    {
        ref int whole = ref MemoryMarshal.GetArrayDataReference(table.Coefficients);
        ref ushort lookup = ref MemoryMarshal.GetArrayDataReference(table.Lookup);
        ref byte zigZag = ref MemoryMarshal.GetReference(JpegSyntax.ZigZag);
        ref short coefficients = ref MemoryMarshal.GetReference(block[..JpegSyntax.BlockSize]);
        // In registers: the fields are too many for them.
        (ulong next, int left) = (bits, count);
        int k = 1;
        do
        {
            if (left < 32)
            {
                (bits, count) = (next, left);
                Fill();
                (next, left) = (bits, count);
            }
            nint ahead = (nint)(next >> (64 - HuffmanTable.LookupBits));
            int entry = Unsafe.Add(ref whole, ahead);
            int value;
            if (entry != 0)
            {
                next <<= entry;
                left -= (byte)entry;
                k += (byte)(entry >> 8);
                value = entry >> 16;
            }
            else
            {
                entry = Unsafe.Add(ref lookup, ahead);
                if (entry == 0)
                {
                    entry = table.DecodeLong((int)(next >> 48));
                }
                int size = entry & 15;
                next <<= entry >> 8;
                left -= (entry >> 8) + size;
                value = Number(next, size);
                next <<= size;
                // A size of 0 with a run of 15 skips 16 coefficients; with a shorter run it ends the block.
                if (size == 0 && (entry & 0xF0) != 0xF0)
                {
                    break;
                }
                k += (entry >> 4) & 15;
            }
            if (k >= JpegSyntax.BlockSize)
            {
                throw new InvalidImageContentException("A block of the JPEG has more coefficients than fit.");
            }
            Unsafe.Add(ref coefficients, (nint)Unsafe.Add(ref zigZag, k)) = (short)value;
        } while (++k < JpegSyntax.BlockSize);
        (bits, count) = (next, left);
        return k > 1;
    }

    /// <summary>The signed number of up to 15 bits that comes next (T.81, F.2.2.1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Number(ulong next, int size)
    {
        int value = (int)(next >> 1 >> (63 - size));
        int sign = ~(int)((long)next >> 63);
        return value + (sign & ((-1 << size) + 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Bit()
    {
        Ensure();
        bool set = (long)bits < 0;
        Skip(1);
        return set;
    }

    /// <summary>Starts anew behind a restart marker.</summary>
    /// <param name="number">The number that the marker must have, 0 to 7.</param>
    /// <exception cref="InvalidImageContentException">Another marker comes next, or none.</exception>
    public void Restart(int number)
    {
        int found = JpegMarkers.Find(data, position);
        if (found < 0 || data[found + 1] != JpegSyntax.FirstRestart + number)
        {
            throw new InvalidImageContentException($"Restart marker {number} of the JPEG is missing near byte {position}.");
        }
        position = found + 2;
        bits = 0;
        count = phantom = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Skip(int length)
    {
        bits <<= length;
        count -= length;
    }

    /// <summary>At least 32 bits: a code of 16 and a number of 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ensure()
    {
        if (count < 32)
        {
            Fill();
        }
    }

    private void Fill()
    {
        if (position + 4 <= data.Length)
        {
            uint next = BinaryPrimitives.ReadUInt32BigEndian(data[position..]);
            bool hasMarkerByte = ((~next - 0x01010101) & next & 0x80808080) != 0;
            if (!hasMarkerByte)
            {
                bits |= (ulong)next << (32 - count);
                count += 32;
                position += 4;
                return;
            }
        }
        FillByBytes();
    }

    private void FillByBytes()
    {
        for (; count <= 56; count += 8)
        {
            if (position >= data.Length)
            {
                phantom += 8;
                continue;
            }
            byte next = data[position];
            if (next != 0xFF)
            {
                bits |= (ulong)next << (56 - count);
                position++;
            }
            else if (position + 1 < data.Length && data[position + 1] == 0)
            {
                bits |= 0xFFUL << (56 - count);
                position += 2;
            }
            else
            {
                phantom += 8;
            }
        }
    }
}
