namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>What the chunks of a PNG hold, found in one walk; the data themselves stay where they are.</summary>
internal ref struct PngChunks
{
    public PngHeader Header { get; private set; }

    /// <summary>Red, green, blue of each palette entry.</summary>
    public ReadOnlySpan<byte> Palette { get; private set; }

    public ReadOnlySpan<byte> Transparency { get; private set; }

    public ReadOnlySpan<byte> Physical { get; private set; }

    /// <summary>Where the first IDAT chunk begins, its length field included.</summary>
    public int DataStart { get; private set; }

    /// <summary>The compressed bytes in all IDAT chunks.</summary>
    public long DataLength { get; private set; }

    /// <summary>Walks to IEND, checking order and checksums.</summary>
    /// <exception cref="InvalidImageContentException">Damaged, or the end is missing.</exception>
    public static PngChunks Read(ReadOnlySpan<byte> png, PngCrcChunkHandling checksums)
    {
        PngDecoding.CheckSignature(png);
        PngChunks chunks = default;
        int position = PngSyntax.SignatureLength;
        bool dataEnded = false;
        for (bool first = true; ; first = false)
        {
            int start = position;
            PngChunk chunk = Next(png, ref position, checksums);
            if (first != (chunk.Type == PngSyntax.Header))
            {
                throw new InvalidImageContentException(first ? "The first chunk is not IHDR." : "IHDR occurs twice.");
            }
            if (chunk.Type == PngSyntax.End)
            {
                chunks.CheckComplete();
                return chunks;
            }
            dataEnded |= chunks.DataStart > 0 && chunk.Type != PngSyntax.Data;
            chunks.Take(chunk, start, dataEnded);
        }
    }

    public static PngHeader ReadHeader(ReadOnlySpan<byte> png)
    {
        PngDecoding.CheckSignature(png);
        int position = PngSyntax.SignatureLength;
        PngChunk chunk = Next(png, ref position, PngCrcChunkHandling.IgnoreNonCritical);
        return chunk.Type == PngSyntax.Header
            ? PngHeader.Parse(chunk.Data)
            : throw new InvalidImageContentException("The first chunk is not IHDR.");
    }

    private static PngChunk Next(ReadOnlySpan<byte> png, scoped ref int position, PngCrcChunkHandling checksums)
    {
        PngChunk chunk = PngChunk.At(png, position);
        bool check = checksums switch
        {
            PngCrcChunkHandling.IgnoreNone => true,
            PngCrcChunkHandling.IgnoreNonCritical => PngSyntax.IsCritical(chunk.Type),
            PngCrcChunkHandling.IgnoreData => PngSyntax.IsCritical(chunk.Type) && chunk.Type != PngSyntax.Data,
            _ => false,
        };
        if (check && Crc32.OfChunk(chunk.Type, chunk.Data) != chunk.Checksum)
        {
            throw new InvalidImageContentException($"The {PngSyntax.NameOf(chunk.Type)} chunk at byte {position} has a wrong CRC.");
        }
        position += chunk.Length;
        return chunk;
    }

    private void Take(PngChunk chunk, int start, bool dataEnded)
    {
        switch (chunk.Type)
        {
            case PngSyntax.Header:
                Header = PngHeader.Parse(chunk.Data);
                break;
            case PngSyntax.Palette:
                Palette =
                    chunk.Data.Length is > 0 and <= 768 && chunk.Data.Length % 3 == 0
                        ? chunk.Data
                        : throw new InvalidImageContentException($"A PLTE chunk cannot have {chunk.Data.Length} bytes.");
                break;
            case PngSyntax.Data when dataEnded:
                throw new InvalidImageContentException("The IDAT chunks do not follow one another.");
            case PngSyntax.Data:
                DataStart = DataStart == 0 ? start : DataStart;
                DataLength += chunk.Data.Length;
                break;
            case PngSyntax.Transparency:
                Transparency = chunk.Data;
                break;
            case PngSyntax.Physical:
                Physical = chunk.Data;
                break;
            default:
                break;
        }
    }

    private readonly void CheckComplete()
    {
        if (DataStart == 0)
        {
            throw new InvalidImageContentException("The PNG has no IDAT chunk.");
        }
        if (Header.ColorType == PngColorType.Palette && Palette.IsEmpty)
        {
            throw new InvalidImageContentException("The PNG has no PLTE chunk, which its colour type needs.");
        }
    }
}
