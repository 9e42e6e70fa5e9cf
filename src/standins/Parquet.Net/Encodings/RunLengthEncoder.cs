using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Parquet.Columns;

namespace Parquet.Encodings;

/// <summary>
/// Parquet's RLE / bit-packing hybrid: runs of one value, and groups of eight values bit-packed, least significant bit first.
/// </summary>
internal static class RunLengthEncoder
{
    // A shorter run is cheaper in a bit-packed group that has begun already.
    private const int ShortestRun = 8;

    /// <summary>How many bits the numbers from 0 to <paramref name="maximum"/> take.</summary>
    public static int BitWidth(int maximum) => 32 - BitOperations.LeadingZeroCount((uint)maximum);

    /// <summary>Appends the values, each in [0, 2^<paramref name="bitWidth"/>).</summary>
    public static void Encode(ReadOnlySpan<int> values, int bitWidth, PooledBuffer output)
    {
        int packedFrom = 0;
        int position = 0;
        while (position < values.Length)
        {
            int run = RunLength(values, position);
            // A group that has begun takes its share of the run first: groups are whole.
            int intoGroup = (8 - ((position - packedFrom) & 7)) & 7;
            if (run - intoGroup >= ShortestRun)
            {
                int runStart = position + intoGroup;
                Pack(values[packedFrom..runStart], bitWidth, output);
                int length = run - intoGroup;
                output.WriteVarint((ulong)length << 1);
                WriteValue(values[position], bitWidth, output);
                packedFrom = runStart + length;
                position = packedFrom;
            }
            else
            {
                position += run;
            }
        }
        Pack(values[packedFrom..], bitWidth, output);
    }

    private static int RunLength(ReadOnlySpan<int> values, int start)
    {
        int value = values[start];
        if (start + 1 == values.Length || values[start + 1] != value)
        {
            return 1;
        }
        int length = values[start..].IndexOfAnyExcept(value);
        return length < 0 ? values.Length - start : length;
    }

    private static void WriteValue(int value, int bitWidth, PooledBuffer output)
    {
        int bytes = (bitWidth + 7) / 8;
        BinaryPrimitives.WriteInt32LittleEndian(output.Reserve(4), value);
        output.Advance(bytes);
    }

    /// <summary>One bit-packed run; the last group is filled up with zeros.</summary>
    private static void Pack(ReadOnlySpan<int> values, int bitWidth, PooledBuffer output)
    {
        if (values.IsEmpty)
        {
            return;
        }
        int groups = (values.Length + 7) / 8;
        output.WriteVarint(((ulong)groups << 1) | 1);
        int bytes = checked(groups * bitWidth);
        Span<byte> packed = output.Reserve(bytes + 8)[..(bytes + 8)];
        int whole = values.Length & ~7;
        if (bitWidth == 1)
        {
            PackBits(values[..whole], packed);
        }
        else
        {
            PackGroups(values[..whole], bitWidth, packed);
        }
        if (whole < values.Length)
        {
            Span<int> last = stackalloc int[8];
            last.Clear();
            values[whole..].CopyTo(last);
            PackGroups(last, bitWidth, packed[(whole / 8 * bitWidth)..]);
        }
        output.Advance(bytes);
    }

    private static void PackBits(ReadOnlySpan<int> values, Span<byte> packed)
    {
        ReadOnlySpan<Vector256<int>> groups = MemoryMarshal.Cast<int, Vector256<int>>(values);
        for (int i = 0; i < groups.Length; i++)
        {
            packed[i] = (byte)Vector256.ShiftLeft(groups[i], 31).ExtractMostSignificantBits();
        }
    }

    private static void PackGroups(ReadOnlySpan<int> values, int bitWidth, Span<byte> packed)
    {
        ulong pending = 0;
        int bits = 0;
        int written = 0;
        foreach (int value in values)
        {
            pending |= (ulong)(uint)value << bits;
            bits += bitWidth;
            if (bits >= 32)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(packed[written..], (uint)pending);
                written += 4;
                pending >>= 32;
                bits -= 32;
            }
        }
        for (; bits > 0; bits -= 8)
        {
            packed[written++] = (byte)pending;
            pending >>= 8;
        }
    }
}
