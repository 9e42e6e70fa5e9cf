namespace Parquet.Conversions;

/// <summary>Decimals: whole numbers that stand for themselves divided by a power of ten.</summary>
internal static class Decimals
{
    /// <summary>The most digits after the point that a <see cref="decimal"/> has.</summary>
    public const int LargestScale = 28;

    private static readonly UInt128 LargestMagnitude = (UInt128.One << 96) - 1;

    /// <summary>Stored in 32 bits.</summary>
    public static ValueConversion FromInt32(int scale) => new ValueConversion<int, decimal>(value => Scaled(value, scale));

    /// <summary>Stored in 64 bits.</summary>
    public static ValueConversion FromInt64(int scale) => new ValueConversion<long, decimal>(value => Scaled(value, scale));

    /// <summary>Stored as two's complement, most significant byte first.</summary>
    public static ValueConversion FromBytes(int scale) =>
        new ValueConversion<ReadOnlyMemory<byte>, decimal>(value => Scaled(Whole(value.Span), scale));

    private static Int128 Whole(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return 0;
        }
        byte extension = bytes[0] < 0x80 ? (byte)0 : (byte)0xFF;
        const int Size = 16;
        if (bytes.Length > Size)
        {
            // Bytes beyond the number's own repeat its sign.
            ReadOnlySpan<byte> beyond = bytes[..^Size];
            if (beyond.ContainsAnyExcept(extension) || (bytes[^Size] ^ extension) >= 0x80)
            {
                throw TooLarge();
            }
            bytes = bytes[^Size..];
        }
        Int128 whole = extension == 0 ? 0 : -1;
        foreach (byte next in bytes)
        {
            whole = (whole << 8) | next;
        }
        return whole;
    }

    private static decimal Scaled(Int128 whole, int scale)
    {
        bool negative = whole < 0;
        UInt128 magnitude = negative ? unchecked((UInt128)(-whole)) : (UInt128)whole;
        if (magnitude > LargestMagnitude)
        {
            throw TooLarge();
        }
        return new decimal((int)(uint)magnitude, (int)(uint)(magnitude >> 32), (int)(uint)(magnitude >> 64), negative, (byte)scale);
    }

    private static ParquetException TooLarge() => new("A decimal has more digits than the 28 that are supported.");
}
