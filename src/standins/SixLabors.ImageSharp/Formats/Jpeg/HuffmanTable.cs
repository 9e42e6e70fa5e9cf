namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>A Huffman code (T.81, annex C): canonical, of up to 16 bits.</summary>
internal sealed class HuffmanTable
{
    /// <summary>Codes of up to this many bits are found in one step.</summary>
    public const int LookupBits = 10;

    private const int LongestCode = 16;

    // The first value, of 16 bits, beyond the codes of each length; and what to add to a code to get the place of its symbol.
    private readonly int[] limits = new int[LongestCode + 1];
    private readonly int[] offsets = new int[LongestCode + 1];
    private readonly byte[] symbols;
    private int[]? coefficients;

    /// <param name="counts">How many codes there are of 1 to 16 bits.</param>
    /// <param name="symbols">Their symbols, short codes first.</param>
    /// <exception cref="InvalidImageContentException">More codes than fit.</exception>
    public HuffmanTable(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        this.symbols = symbols.ToArray();
        int code = 0;
        int index = 0;
        for (int length = 1; length <= LongestCode; length++)
        {
            offsets[length] = index - code;
            int count = counts[length - 1];
            if (code + count > 1 << length)
            {
                throw new InvalidImageContentException($"A Huffman table of the JPEG has more codes of {length} bits than there are.");
            }
            if (length <= LookupBits)
            {
                FillLookup(code, length, symbols.Slice(index, count));
            }
            code += count;
            index += count;
            limits[length] = code << (LongestCode - length);
            code <<= 1;
        }
    }

    /// <summary>For the next <see cref="LookupBits"/> bits: the code's length × 256 + its symbol, or 0 where the code is longer.</summary>
    public ushort[] Lookup { get; } = new ushort[1 << LookupBits];

    /// <summary>
    /// For the next <see cref="LookupBits"/> bits, where the code of a coefficient and its number both lie in them: the number × 65536 +
    /// the zeros before it × 256 + the bits of both; 0 elsewhere, and where the block ends.
    /// </summary>
    public int[] Coefficients => coefficients ??= MakeCoefficients();

    /// <summary>The same entry for a code that the lookup does not hold.</summary>
    /// <param name="next">The next 16 bits.</param>
    /// <exception cref="InvalidImageContentException">No code begins so.</exception>
    public int DecodeLong(int next)
    {
        for (int length = LookupBits + 1; length <= LongestCode; length++)
        {
            if (next < limits[length])
            {
                return (length << 8) | symbols[offsets[length] + (next >> (LongestCode - length))];
            }
        }
        throw new InvalidImageContentException("The JPEG has bits that are no code of its Huffman table.");
    }

    private void FillLookup(int code, int length, ReadOnlySpan<byte> symbolsOfLength)
    {
        int repeat = 1 << (LookupBits - length);
        for (int i = 0; i < symbolsOfLength.Length; i++)
        {
            Lookup.AsSpan((code + i) * repeat, repeat).Fill((ushort)((length << 8) | symbolsOfLength[i]));
        }
    }

    private int[] MakeCoefficients()
    {
        int[] entries = new int[1 << LookupBits];
        for (int bits = 0; bits < entries.Length; bits++)
        {
            (int length, int run, int size) = (Lookup[bits] >> 8, (Lookup[bits] >> 4) & 15, Lookup[bits] & 15);
            int used = length + size;
            if (size > 0 && used <= LookupBits)
            {
                int number = (bits >> (LookupBits - used)) & ((1 << size) - 1);
                // Numbers that begin with a 0 are negative (T.81, F.2.2.1).
                int value = number >> (size - 1) == 0 ? number - (1 << size) + 1 : number;
                entries[bits] = (value << 16) | (run << 8) | used;
            }
        }
        return entries;
    }
}
