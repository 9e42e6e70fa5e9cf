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

    /// <summary>Null means none for palette indices, packed samples and pictures of flat areas, and Paeth for the others.</summary>
    public PngFilterMethod? FilterMethod { get; init; }

    public PngCompressionLevel CompressionLevel { get; init; } = PngCompressionLevel.DefaultCompression;

    /// <summary>Null means not interlaced.</summary>
    public PngInterlaceMode? InterlaceMethod { get; init; }

    /// <summary>Written as a gAMA chunk when set; the pixels are not changed.</summary>
    public float? Gamma { get; init; }

    private protected override void Write<TPixel>(Image<TPixel> image, Stream stream) => PngEncoding.Encode(this, image, stream);
}
