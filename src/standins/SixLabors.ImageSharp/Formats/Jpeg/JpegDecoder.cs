using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>Reads JPEG: baseline, extended sequential and progressive, Huffman-coded, 8 bits a sample.</summary>
public sealed class JpegDecoder
{
    private JpegDecoder() { }

    public static JpegDecoder Instance { get; } = new();

    public Image<TPixel> Decode<TPixel>(DecoderOptions options, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(options);
        using ImageBytes bytes = ImageBytes.Read(stream);
        return ImageDecoding.Fit(options, JpegDecoding.Decode<TPixel>(options, bytes.Span));
    }
}
