namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>The content of a start of scan, valid for its frame by construction.</summary>
internal sealed class JpegScanHeader
{
    private const int MostBits = 13;

    private JpegScanHeader(JpegScanPart[] parts, int start, int end, int highBit, int lowBit) =>
        (Parts, Start, End, HighBit, LowBit) = (parts, start, end, highBit, lowBit);

    public JpegScanPart[] Parts { get; }

    /// <summary>The first coefficient, in zigzag order.</summary>
    public int Start { get; }

    /// <summary>The last coefficient, itself included.</summary>
    public int End { get; }

    /// <summary>The lowest bit that earlier scans gave; 0 in the first.</summary>
    public int HighBit { get; }

    /// <summary>The lowest bit that this scan gives.</summary>
    public int LowBit { get; }

    /// <param name="frame">The frame that the scan belongs to; notes what the scan gives, so that none comes twice.</param>
    /// <param name="tables">What is defined so far.</param>
    /// <param name="segment">Without its length.</param>
    /// <exception cref="InvalidImageContentException">Damaged, or not what the frame still lacks.</exception>
    public static JpegScanHeader Parse(JpegFrame frame, JpegTables tables, ReadOnlySpan<byte> segment)
    {
        int count = segment.IsEmpty ? 0 : segment[0];
        if (count is < 1 or > 4 || count > frame.Components.Length || segment.Length != 4 + (2 * count))
        {
            throw new InvalidImageContentException("A scan header of the JPEG has a wrong length.");
        }
        ReadOnlySpan<byte> tail = segment[(1 + (2 * count))..];
        (int start, int end, int high, int low) = frame.Progressive
            ? (tail[0], tail[1], tail[2] >> 4, tail[2] & 15)
            : (0, JpegSyntax.BlockSize - 1, 0, 0);
        CheckBand(frame, count, start, end, high, low);
        JpegScanPart[] parts = new JpegScanPart[count];
        for (int i = 0; i < count; i++)
        {
            parts[i] = ParsePart(frame, tables, segment.Slice(1 + (2 * i), 2), start, end, high);
            Note(parts[i].Component, start, end, high, low);
        }
        return new JpegScanHeader(parts, start, end, high, low);
    }

    private static void CheckBand(JpegFrame frame, int count, int start, int end, int high, int low)
    {
        bool allowed =
            start <= end
            && end < JpegSyntax.BlockSize
            && low <= MostBits
            && (high == 0 || high == low + 1)
            && (!frame.Progressive || (start == 0 ? end == 0 : count == 1));
        if (!allowed)
        {
            throw new InvalidImageContentException(
                $"A scan of the JPEG asks for coefficients {start} to {end}, bits {high} to {low}, which no scan may."
            );
        }
    }

    private static JpegScanPart ParsePart(JpegFrame frame, JpegTables tables, ReadOnlySpan<byte> entry, int start, int end, int high)
    {
        byte id = entry[0];
        JpegComponent component =
            Array.Find(frame.Components, candidate => candidate.Id == id)
            ?? throw new InvalidImageContentException($"A scan of the JPEG names component {id}, which does not exist.");
        (int first, int others) = (entry[1] >> 4, entry[1] & 15);
        if (first > 3 || others > 3)
        {
            throw new InvalidImageContentException("A scan of the JPEG names a Huffman table that cannot exist.");
        }
        component.Quantization ??= tables.Quantization(component.QuantizationIndex);
        return new JpegScanPart(component, start == 0 && high == 0 ? tables.First(first) : null, end > 0 ? tables.Others(others) : null);
    }

    /// <summary>
    /// Every bit of every coefficient comes at most once (T.81, G.1.1.1): nothing sensible is lost, and many scans cannot make a small
    /// file slow.
    /// </summary>
    private static void Note(JpegComponent component, int start, int end, int high, int low)
    {
        for (int k = start; k <= end; k++)
        {
            int expected = high == 0 ? -1 : high;
            if (component.LowestBits[k] != expected || (start > 0 && component.LowestBits[0] < 0))
            {
                throw new InvalidImageContentException(
                    $"The scans of component {component.Id} of the JPEG repeat or skip bits of coefficient {k}."
                );
            }
            component.LowestBits[k] = (sbyte)low;
        }
    }
}
