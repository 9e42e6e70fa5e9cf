using System.Buffers.Binary;

namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>Walks the segments of a JPEG, up to the end of the image or, for the header alone, up to the frame.</summary>
internal ref struct JpegFile
{
    private const int FirstSegment = 2;
    private const int NoAdobe = -1;

    // Encoders make about ten. A few bytes are a whole scan of a large picture, so without a limit a small file could take many minutes.
    private const int MostScans = 500;

    private readonly ReadOnlySpan<byte> data;
    private readonly JpegTables tables = new();
    private JpegFrame? frame;
    private int scans;
    private bool jfif;
    private int adobeTransform = NoAdobe;

    private JpegFile(ReadOnlySpan<byte> data) => this.data = data;

    /// <summary>The frame, nothing decoded.</summary>
    public static JpegFrame ReadHeader(ReadOnlySpan<byte> data)
    {
        JpegFile file = new(data);
        int position = FirstSegment;
        while (file.frame is null)
        {
            position = file.TakeSegment(position, scan: null);
        }
        return file.frame;
    }

    /// <summary>Decodes every scan; the caller disposes the frame.</summary>
    /// <param name="data">From the start of the image.</param>
    /// <param name="begin">Called with the frame before its first scan: takes the memory, or refuses.</param>
    /// <exception cref="InvalidImageContentException">Damaged, or cut short.</exception>
    public static (JpegFrame Frame, JpegColorSpace Colors) Decode(ReadOnlySpan<byte> data, Action<JpegFrame> begin)
    {
        JpegFile file = new(data);
        try
        {
            int position = FirstSegment;
            while (position >= 0)
            {
                position = file.TakeSegment(position, begin);
            }
            JpegFrame frame = file.frame ?? throw new InvalidImageContentException("The JPEG has no frame.");
            CheckComplete(frame);
            return (frame, file.Colors(frame));
        }
        catch
        {
            file.frame?.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next segment, and the scan behind it.</summary>
    /// <returns>Where the data go on; negative after the end of the image.</returns>
    private int TakeSegment(int position, Action<JpegFrame>? scan)
    {
        int found = JpegMarkers.Find(data, position);
        if (found < 0)
        {
            throw new InvalidImageContentException("The JPEG is cut short: it has no end-of-image marker.");
        }
        byte marker = data[found + 1];
        position = found + 2;
        if (marker == JpegSyntax.EndOfImage)
        {
            return frame is null ? throw new InvalidImageContentException("The JPEG ends before its frame.") : -1;
        }
        if (JpegSyntax.IsAlone(marker))
        {
            return position;
        }
        int length = position + 2 <= data.Length ? BinaryPrimitives.ReadUInt16BigEndian(data[position..]) : 0;
        if (length < 2 || length > data.Length - position)
        {
            throw new InvalidImageContentException($"The JPEG is cut short, or its segment at byte {found} has a wrong length.");
        }
        Take(marker, data.Slice(position + 2, length - 2));
        position += length;
        return marker == JpegSyntax.StartOfScan ? TakeScan(data.Slice(position - length + 2, length - 2), position, scan) : position;
    }

    private void Take(byte marker, ReadOnlySpan<byte> segment)
    {
        switch (marker)
        {
            case JpegSyntax.HuffmanTables:
                tables.ReadHuffman(segment);
                break;
            case JpegSyntax.QuantizationTables:
                tables.ReadQuantization(segment);
                break;
            case JpegSyntax.RestartInterval:
                tables.ReadRestartInterval(segment);
                break;
            case JpegSyntax.JfifSegment:
                jfif |= segment.StartsWith("JFIF\0"u8);
                break;
            case JpegSyntax.AdobeSegment when segment.Length >= 12 && segment.StartsWith("Adobe"u8):
                adobeTransform = segment[11];
                break;
            case var _ when JpegSyntax.IsFrame(marker):
                frame = frame is null
                    ? JpegFrame.Parse(marker, segment)
                    : throw new InvalidImageContentException("The JPEG has more than one frame.");
                break;
            default:
                break;
        }
    }

    private int TakeScan(ReadOnlySpan<byte> segment, int position, Action<JpegFrame>? begin)
    {
        if (frame is null)
        {
            throw new InvalidImageContentException("A scan of the JPEG comes before its frame.");
        }
        if (++scans > MostScans)
        {
            throw new InvalidImageContentException($"The JPEG has more than {MostScans} scans.");
        }
        if (frame.Components[0].Plane.Length == 0)
        {
            begin?.Invoke(frame);
        }
        JpegScanHeader header = JpegScanHeader.Parse(frame, tables, segment);
        return JpegScan.Decode(data, position, frame, header, tables.RestartInterval);
    }

    private static void CheckComplete(JpegFrame frame)
    {
        foreach (JpegComponent component in frame.Components)
        {
            if (component.LowestBits[0] < 0)
            {
                throw new InvalidImageContentException($"The JPEG ends before the scan of component {component.Id}.");
            }
        }
    }

    private readonly JpegColorSpace Colors(JpegFrame frame)
    {
        JpegComponent[] components = frame.Components;
        if (components.Length == 1)
        {
            return JpegColorSpace.Grayscale;
        }
        if (components.Length == 4)
        {
            return adobeTransform == 2 ? JpegColorSpace.Ycck : JpegColorSpace.Cmyk;
        }
        if (adobeTransform != NoAdobe)
        {
            return adobeTransform == 0 ? JpegColorSpace.Rgb : JpegColorSpace.YCbCr;
        }
        bool named = components[0].Id == 'R' && components[1].Id == 'G' && components[2].Id == 'B';
        return named && !jfif ? JpegColorSpace.Rgb : JpegColorSpace.YCbCr;
    }
}
