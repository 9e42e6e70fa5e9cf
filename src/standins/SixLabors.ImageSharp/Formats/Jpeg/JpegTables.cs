using System.Buffers.Binary;

namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>The tables that segments define for the scans after them.</summary>
internal sealed class JpegTables
{
    private readonly int[]?[] quantization = new int[]?[4];
    private readonly HuffmanTable?[] first = new HuffmanTable?[4];
    private readonly HuffmanTable?[] others = new HuffmanTable?[4];

    /// <summary>MCUs between restart markers; 0 where there are none.</summary>
    public int RestartInterval { get; private set; }

    /// <summary>64 factors, by rows.</summary>
    public int[] Quantization(int index) => quantization[index] ?? throw Missing("quantization", index);

    /// <summary>The code of the first coefficients (DC).</summary>
    public HuffmanTable First(int index) => first[index] ?? throw Missing("DC Huffman", index);

    /// <summary>The code of the other coefficients (AC).</summary>
    public HuffmanTable Others(int index) => others[index] ?? throw Missing("AC Huffman", index);

    public void ReadQuantization(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 0)
        {
            (int precision, int index) = (segment[0] >> 4, segment[0] & 15);
            int bytes = precision + 1;
            if (precision > 1 || index > 3 || segment.Length < 1 + (JpegSyntax.BlockSize * bytes))
            {
                throw new InvalidImageContentException("A quantization table of the JPEG is damaged.");
            }
            int[] table = new int[JpegSyntax.BlockSize];
            for (int i = 0; i < table.Length; i++)
            {
                table[JpegSyntax.ZigZag[i]] = bytes == 2 ? BinaryPrimitives.ReadUInt16BigEndian(segment[(1 + (2 * i))..]) : segment[1 + i];
            }
            quantization[index] = table;
            segment = segment[(1 + (JpegSyntax.BlockSize * bytes))..];
        }
    }

    public void ReadHuffman(ReadOnlySpan<byte> segment)
    {
        const int Counts = 16;
        while (segment.Length > 0)
        {
            if (segment.Length < 1 + Counts || (segment[0] >> 4) > 1 || (segment[0] & 15) > 3)
            {
                throw new InvalidImageContentException("A Huffman table of the JPEG is damaged.");
            }
            ReadOnlySpan<byte> counts = segment.Slice(1, Counts);
            int total = 0;
            foreach (byte count in counts)
            {
                total += count;
            }
            if (total > 256 || segment.Length < 1 + Counts + total)
            {
                throw new InvalidImageContentException("A Huffman table of the JPEG is damaged.");
            }
            HuffmanTable table = new(counts, segment.Slice(1 + Counts, total));
            (segment[0] >> 4 == 0 ? first : others)[segment[0] & 15] = table;
            segment = segment[(1 + Counts + total)..];
        }
    }

    public void ReadRestartInterval(ReadOnlySpan<byte> segment) =>
        RestartInterval =
            segment.Length == 2
                ? BinaryPrimitives.ReadUInt16BigEndian(segment)
                : throw new InvalidImageContentException("The restart interval of the JPEG has a wrong length.");

    private static InvalidImageContentException Missing(string table, int index) =>
        new($"The JPEG uses {table} table {index}, which it does not define.");
}
