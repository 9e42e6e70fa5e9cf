using System.Buffers.Binary;

namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>The content of a start of frame, valid by construction.</summary>
internal sealed class JpegFrame : IDisposable
{
    private JpegFrame(int width, int height, bool progressive, JpegComponent[] components)
    {
        (Width, Height, Progressive, Components) = (width, height, progressive, components);
        foreach (JpegComponent component in components)
        {
            LargestHorizontal = Math.Max(LargestHorizontal, component.Horizontal);
            LargestVertical = Math.Max(LargestVertical, component.Vertical);
        }
        McusWide = ((width - 1) / (8 * LargestHorizontal)) + 1;
        McusHigh = ((height - 1) / (8 * LargestVertical)) + 1;
        foreach (JpegComponent component in components)
        {
            component.Allocate(this);
        }
    }

    public int Width { get; }

    public int Height { get; }

    public bool Progressive { get; }

    /// <summary>1, 3 or 4.</summary>
    public JpegComponent[] Components { get; }

    public int LargestHorizontal { get; }

    public int LargestVertical { get; }

    public int McusWide { get; }

    public int McusHigh { get; }

    /// <summary>The fewest blocks that scans of every component hold.</summary>
    public long Blocks
    {
        get
        {
            long blocks = 0;
            foreach (JpegComponent component in Components)
            {
                blocks += (long)component.BlocksWide * component.BlocksHigh;
            }
            return blocks;
        }
    }

    /// <summary>The bytes of the planes and, if progressive, the coefficients.</summary>
    public long WorkingBytes
    {
        get
        {
            long samples = 0;
            foreach (JpegComponent component in Components)
            {
                samples += (long)component.PlaneBlocksWide * component.PlaneBlocksHigh * JpegSyntax.BlockSize;
            }
            return Progressive ? samples * (1 + sizeof(short)) : samples;
        }
    }

    /// <param name="marker">The start of frame that the segment follows.</param>
    /// <param name="segment">Without its length.</param>
    /// <exception cref="NotSupportedException">Arithmetic, lossless or hierarchical coding, or other than 8 bits a sample.</exception>
    /// <exception cref="InvalidImageContentException">Damaged.</exception>
    public static JpegFrame Parse(byte marker, ReadOnlySpan<byte> segment)
    {
        CheckCoding(marker);
        if (segment.Length < 6 || segment.Length != 6 + (3 * segment[5]))
        {
            throw new InvalidImageContentException("The frame header of the JPEG has a wrong length.");
        }
        if (segment[0] != 8)
        {
            throw new NotSupportedException($"A JPEG of {segment[0]} bits a sample is not supported; 8 bits are.");
        }
        int height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        if (width == 0 || height == 0)
        {
            throw new InvalidImageContentException($"A JPEG cannot be {width} × {height} pixels large.");
        }
        if (segment[5] is not (1 or 3 or 4))
        {
            throw new NotSupportedException($"A JPEG of {segment[5]} components is not supported; 1, 3 and 4 are.");
        }
        return new JpegFrame(width, height, marker == JpegSyntax.ProgressiveFrame, ParseComponents(segment[6..]));
    }

    public void Dispose()
    {
        foreach (JpegComponent component in Components)
        {
            component.Dispose();
        }
    }

    private static void CheckCoding(byte marker)
    {
        string? coding = marker switch
        {
            JpegSyntax.BaselineFrame or JpegSyntax.SequentialFrame or JpegSyntax.ProgressiveFrame => null,
            0xC3 or 0xC7 or 0xCB or 0xCF => "lossless",
            0xC5 or 0xC6 => "hierarchical",
            _ => "arithmetic",
        };
        if (coding is not null)
        {
            throw new NotSupportedException(
                $"A JPEG of {coding} coding (SOF{marker - JpegSyntax.BaselineFrame}) is not supported; baseline, extended sequential and progressive Huffman coding are."
            );
        }
    }

    private static JpegComponent[] ParseComponents(ReadOnlySpan<byte> entries)
    {
        JpegComponent[] components = new JpegComponent[entries.Length / 3];
        for (int i = 0; i < components.Length; i++)
        {
            ReadOnlySpan<byte> entry = entries.Slice(3 * i, 3);
            (int horizontal, int vertical) = (entry[1] >> 4, entry[1] & 15);
            if (horizontal is < 1 or > 4 || vertical is < 1 or > 4 || entry[2] > 3)
            {
                throw new InvalidImageContentException("A component of the JPEG has impossible sampling factors or tables.");
            }
            for (int earlier = 0; earlier < i; earlier++)
            {
                if (components[earlier].Id == entry[0])
                {
                    throw new InvalidImageContentException($"Component {entry[0]} occurs twice in the JPEG.");
                }
            }
            // The only component of a grey picture is not subsampled, whatever it says (T.81, A.2.2).
            components[i] =
                entries.Length == 3
                    ? new JpegComponent(entry[0], 1, 1, entry[2])
                    : new JpegComponent(entry[0], horizontal, vertical, entry[2]);
        }
        return components;
    }
}
