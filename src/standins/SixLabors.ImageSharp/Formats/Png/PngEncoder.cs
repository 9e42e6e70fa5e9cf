using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Writes PNG. What is left null follows from the pixel format.</summary>
public class PngEncoder : ImageEncoder
{
    internal static PngEncoder Default { get; } = new();

    /// <summary>Bits a sample; null means 8, or the fewest that hold the palette.</summary>
    public PngBitDepth? BitDepth { get; init; }

    /// <summary>Null means grayscale for L8, truecolour for Rgb24 and truecolour with alpha for Rgba32.</summary>
    public PngColorType? ColorType { get; init; }

    /// <summary>Null means Paeth for samples of 8 bits and more, none for palette indices and packed samples.</summary>
    public PngFilterMethod? FilterMethod { get; init; }

    public PngCompressionLevel CompressionLevel { get; init; } = PngCompressionLevel.DefaultCompression;

    /// <summary>Null means not interlaced.</summary>
    public PngInterlaceMode? InterlaceMethod { get; init; }

    /// <summary>Written as a gAMA chunk when set; the pixels are not changed.</summary>
    public float? Gamma { get; init; }

    private protected override void Write<TPixel>(Image<TPixel> image, Stream stream) => PngEncoding.Encode(this, image, stream);
}
