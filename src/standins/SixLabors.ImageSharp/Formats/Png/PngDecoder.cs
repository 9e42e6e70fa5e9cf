using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Reads PNG.</summary>
public sealed class PngDecoder
{
    private PngDecoder() { }

    public static PngDecoder Instance { get; } = new();

    public Image<TPixel> Decode<TPixel>(DecoderOptions options, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel> => Decode<TPixel>(new PngDecoderOptions { GeneralOptions = options }, stream);

    public Image<TPixel> Decode<TPixel>(PngDecoderOptions options, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(options);
        using ImageBytes bytes = ImageBytes.Read(stream);
        return PngDecoding.Decode<TPixel>(options, bytes.Span);
    }
}
