using SixLabors.ImageSharp.Formats;

namespace SixLabors.ImageSharp.Metadata;

/// <summary>What is known of an image besides its pixels.</summary>
public sealed class ImageMetadata
{
    /// <summary>Horizontal resolution in <see cref="ResolutionUnits"/>.</summary>
    public double HorizontalResolution { get; set; } = 96;

    /// <summary>Vertical resolution in <see cref="ResolutionUnits"/>.</summary>
    public double VerticalResolution { get; set; } = 96;

    public PixelResolutionUnit ResolutionUnits { get; set; } = PixelResolutionUnit.PixelsPerInch;

    /// <summary>The format the image was read from; null for one that was not read.</summary>
    public IImageFormat? DecodedImageFormat { get; internal set; }

    internal ImageMetadata DeepClone() => (ImageMetadata)MemberwiseClone();
}
