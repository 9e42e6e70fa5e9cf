using System.Buffers.Binary;

namespace VlmQ.Tests.Shared;

/// <summary>Damages bytes as a function of a seed alone: what one machine finds, any other finds again.</summary>
internal static class Mutations
{
    /// <summary>Numbers that a length or a count may claim, up to 2⁶⁴ − 1.</summary>
    public static IReadOnlyList<ulong> Extremes { get; } =
    [0, 1, 0x7F, 0xFF, 0xFFFF, 1 << 20, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, long.MaxValue, 1UL << 63, ulong.MaxValue];

    /// <summary>A damaged copy: one to four of flipped bits, other bytes, extreme numbers, cuts, repeats and swaps.</summary>
    public static byte[] Of(ReadOnlySpan<byte> original, int seed)
    {
        var random = new Random(seed);
        byte[] bytes = original.ToArray();
        int times = random.Next(4) == 0 ? random.Next(2, 5) : 1;
        for (int i = 0; i < times && bytes.Length > 0; i++)
        {
            bytes = Damage(bytes, random);
        }
        return bytes;
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length);
        switch (random.Next(10))
        {
            case 0:
                return bytes[..at];
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return Replace(bytes, at, ShortLength(bytes, at, random), []);
            case 3:
                return Replace(bytes, at, 0, bytes.AsSpan(at, ShortLength(bytes, at, random)).ToArray());
            case 4:
                return Repeat(bytes, at, random);
            case 5:
                return Replace(bytes, at, Math.Min(random.Next(1, 11), bytes.Length - at), Varint(Extreme(random)));
            case 6:
                WriteNumber(bytes, at, random);
                return bytes;
            case 7:
                return ReplaceDigits(bytes, at, random);
            case 8:
                bytes.AsSpan(at, ShortLength(bytes, at, random)).Fill(random.Next(2) == 0 ? (byte)0 : (byte)0xFF);
                return bytes;
            default:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
        }
    }

    private static int ShortLength(byte[] bytes, int at, Random random) => Math.Min(random.Next(1, 41), bytes.Length - at);

    private static ulong Extreme(Random random) => Extremes[random.Next(Extremes.Count)];

    // What nests, nests thousands of times; what claims, claims as often.
    private static byte[] Repeat(byte[] bytes, int at, Random random)
    {
        byte[] part = bytes.AsSpan(at, Math.Min(random.Next(1, 5), bytes.Length - at)).ToArray();
        byte[] repeated = new byte[part.Length * random.Next(2, random.Next(16) == 0 ? 20_000 : 200)];
        for (int i = 0; i < repeated.Length; i++)
        {
            repeated[i] = part[i % part.Length];
        }
        return Replace(bytes, at, 0, repeated);
    }

    private static void WriteNumber(byte[] bytes, int at, Random random)
    {
        Span<byte> number = stackalloc byte[8];
        int size = 1 << random.Next(1, 4);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, Extreme(random));
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(number, Extreme(random) << (64 - (8 * size)));
        }
        number[..Math.Min(size, bytes.Length - at)].CopyTo(bytes.AsSpan(at));
    }

    /// <summary>Another number in the place of the next one that is written in digits.</summary>
    private static byte[] ReplaceDigits(byte[] bytes, int at, Random random)
    {
        int start = bytes.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
        {
            bytes[at] ^= (byte)(1 << random.Next(8));
            return bytes;
        }
        start += at;
        int length = bytes.AsSpan(start).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        string digits = random.Next(3) switch
        {
            0 => "-" + Extreme(random),
            1 => "1e" + random.Next(400),
            _ => Extreme(random).ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        return Replace(bytes, start, length < 0 ? bytes.Length - start : length, System.Text.Encoding.ASCII.GetBytes(digits));
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        bytes.Add((byte)value);
        return [.. bytes];
    }

    private static byte[] Replace(byte[] bytes, int at, int length, ReadOnlySpan<byte> by) =>
        [.. bytes.AsSpan(0, at), .. by, .. bytes.AsSpan(at + length)];
}
