namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>Decodes one scan (T.81, annexes F and G) into the planes of a sequential frame or the coefficients of a progressive one.</summary>
internal ref struct JpegScan
{
    private const int RestartNumbers = 8;

    private readonly JpegFrame frame;
    private readonly JpegScanHeader header;
    private readonly int restartInterval;
    private readonly Span<short> block;
    private JpegBits bits;
    private int mcusToRestart;
    private int nextRestart;

    // Blocks that end, at once, without a coefficient of their own.
    private int endOfBandRun;

    private JpegScan(ReadOnlySpan<byte> data, int position, JpegFrame frame, JpegScanHeader header, int restartInterval, Span<short> block)
    {
        this.frame = frame;
        this.header = header;
        this.restartInterval = restartInterval;
        this.block = block;
        bits = new JpegBits(data, position);
        mcusToRestart = restartInterval;
    }

    /// <summary>Decodes what follows a scan header.</summary>
    /// <returns>Where the data go on.</returns>
    /// <exception cref="InvalidImageContentException">Damaged, or the data end early.</exception>
    public static int Decode(ReadOnlySpan<byte> data, int position, JpegFrame frame, JpegScanHeader header, int restartInterval)
    {
        Span<short> block = stackalloc short[JpegSyntax.BlockSize];
        JpegScan scan = new(data, position, frame, header, restartInterval, block);
        if (header.Parts.Length == 1)
        {
            scan.DecodeAlone(header.Parts[0]);
        }
        else
        {
            scan.DecodeInterleaved();
        }
        return scan.bits.Position;
    }

    private void DecodeAlone(JpegScanPart part)
    {
        JpegComponent component = part.Component;
        for (int y = 0; y < component.BlocksHigh; y++)
        {
            for (int x = 0; x < component.BlocksWide; x++)
            {
                StartMcu();
                DecodeBlock(part, x, y);
                CheckNotExhausted();
            }
        }
    }

    private void DecodeInterleaved()
    {
        for (int mcuY = 0; mcuY < frame.McusHigh; mcuY++)
        {
            for (int mcuX = 0; mcuX < frame.McusWide; mcuX++)
            {
                StartMcu();
                foreach (JpegScanPart part in header.Parts)
                {
                    (int horizontal, int vertical) = (part.Component.Horizontal, part.Component.Vertical);
                    for (int i = 0; i < horizontal * vertical; i++)
                    {
                        DecodeBlock(part, (mcuX * horizontal) + (i % horizontal), (mcuY * vertical) + (i / horizontal));
                    }
                }
                CheckNotExhausted();
            }
        }
    }

    private void StartMcu()
    {
        if (restartInterval == 0)
        {
            return;
        }
        if (mcusToRestart == 0)
        {
            bits.Restart(nextRestart);
            nextRestart = (nextRestart + 1) % RestartNumbers;
            mcusToRestart = restartInterval;
            endOfBandRun = 0;
            foreach (JpegScanPart part in header.Parts)
            {
                part.Prediction = 0;
            }
        }
        mcusToRestart--;
    }

    private readonly void CheckNotExhausted()
    {
        if (bits.Exhausted)
        {
            throw new InvalidImageContentException($"The entropy-coded data of the JPEG end early, near byte {bits.Position}.");
        }
    }

    private void DecodeBlock(JpegScanPart part, int x, int y)
    {
        JpegComponent component = part.Component;
        if (!frame.Progressive)
        {
            DecodeSequential(part, component.Plane.AsSpan((y * 8 * component.Stride) + (x * 8)));
            return;
        }
        int index = ((y * component.PlaneBlocksWide) + x) * JpegSyntax.BlockSize;
        Span<short> coefficients = component.Coefficients.AsSpan(index, JpegSyntax.BlockSize);
        switch (header.Start, header.HighBit)
        {
            case (0, 0):
                coefficients[0] = (short)(NextFirst(part) << header.LowBit);
                break;
            case (0, _):
                coefficients[0] |= (short)(bits.Bit() ? 1 << header.LowBit : 0);
                break;
            case (_, 0):
                DecodeBand(part.Others!, coefficients);
                break;
            default:
                RefineBand(part.Others!, coefficients);
                break;
        }
    }

    private void DecodeSequential(JpegScanPart part, Span<byte> plane)
    {
        JpegComponent component = part.Component;
        int first = NextFirst(part);
        block.Clear();
        if (!bits.ReadBlock(part.Others!, block))
        {
            InverseDct.TransformFlat((short)first, component.Quantization![0], plane, component.Stride);
            return;
        }
        block[0] = (short)first;
        InverseDct.Transform(block, component.Quantization, plane, component.Stride);
    }

    private int NextFirst(JpegScanPart part)
    {
        int size = bits.Decode(part.First!);
        if (size > 15)
        {
            throw TooMany();
        }
        part.Prediction += bits.Signed(size);
        return part.Prediction;
    }

    /// <summary>The first scan of a band of coefficients (G.1.2.2).</summary>
    private void DecodeBand(HuffmanTable table, Span<short> coefficients)
    {
        if (endOfBandRun > 0)
        {
            endOfBandRun--;
            return;
        }
        for (int k = header.Start; k <= header.End; k++)
        {
            int symbol = bits.Decode(table);
            (int run, int size) = (symbol >> 4, symbol & 15);
            if (size == 0 && run < 15)
            {
                endOfBandRun = (1 << run) - 1 + bits.Unsigned(run);
                return;
            }
            k += run;
            if (k > header.End)
            {
                throw TooMany();
            }
            coefficients[JpegSyntax.ZigZag[k]] = (short)(bits.Signed(size) << header.LowBit);
        }
    }

    /// <summary>One bit more for a band of coefficients (G.1.2.3).</summary>
    private void RefineBand(HuffmanTable table, Span<short> coefficients)
    {
        int k = header.Start;
        if (endOfBandRun == 0)
        {
            for (; k <= header.End; k++)
            {
                int symbol = bits.Decode(table);
                (int run, int size) = (symbol >> 4, symbol & 15);
                if (size == 0 && run < 15)
                {
                    endOfBandRun = (1 << run) + bits.Unsigned(run);
                    break;
                }
                if (size > 1)
                {
                    throw new InvalidImageContentException("A scan of the JPEG that refines coefficients gives more than one bit.");
                }
                int value = size == 0 ? 0 : bits.Signed(1) * (1 << header.LowBit);
                k = SkipZeros(coefficients, k, run);
                if (k <= header.End)
                {
                    coefficients[JpegSyntax.ZigZag[k]] = (short)value;
                }
                else if (value != 0)
                {
                    throw TooMany();
                }
            }
        }
        if (endOfBandRun > 0)
        {
            SkipZeros(coefficients, k, int.MaxValue);
            endOfBandRun--;
        }
    }

    /// <summary>Passes over that many zeros, refining the coefficients between them; stops at the zero after them.</summary>
    private int SkipZeros(Span<short> coefficients, int k, int run)
    {
        for (; k <= header.End; k++)
        {
            ref short coefficient = ref coefficients[JpegSyntax.ZigZag[k]];
            if (coefficient == 0)
            {
                if (run-- == 0)
                {
                    break;
                }
            }
            else if (bits.Bit() && (coefficient & (1 << header.LowBit)) == 0)
            {
                coefficient += (short)(coefficient > 0 ? 1 << header.LowBit : -1 << header.LowBit);
            }
        }
        return k;
    }

    private static InvalidImageContentException TooMany() => new("A block of the JPEG has more coefficients than fit.");
}
