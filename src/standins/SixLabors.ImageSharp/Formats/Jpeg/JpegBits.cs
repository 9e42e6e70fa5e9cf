using System.Buffers.Binary;
using System.Runtime.CompilerServices;

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
        int value = (int)(bits >> 1 >> (63 - size));
        int sign = ~(int)((long)bits >> 63);
        Skip(size);
        return value + (sign & ((-1 << size) + 1));
    }

    /// <summary>An unsigned number of up to 15 bits, right after a symbol.</summary>
    public int Unsigned(int size)
    {
        int value = (int)(bits >> 1 >> (63 - size));
        Skip(size);
        return value;
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
