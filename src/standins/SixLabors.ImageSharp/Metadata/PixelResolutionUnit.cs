namespace SixLabors.ImageSharp.Metadata;

/// <summary>The unit of an image's resolution.</summary>
public enum PixelResolutionUnit : byte
{
    AspectRatio = 0,
    PixelsPerInch = 1,
    PixelsPerCentimeter = 2,
    PixelsPerMeter = 3,
}
