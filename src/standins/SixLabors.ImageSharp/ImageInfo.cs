using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

/// <summary>What an image's header claims.</summary>
public class ImageInfo
{
    internal ImageInfo(PixelTypeInfo pixelType, Size size, ImageMetadata metadata)
    {
        PixelType = pixelType;
        Size = size;
        Metadata = metadata;
    }

    public PixelTypeInfo PixelType { get; }

    public int Width => Size.Width;

    public int Height => Size.Height;

    public Size Size { get; }

    public Rectangle Bounds => new(0, 0, Width, Height);

    public ImageMetadata Metadata { get; }
}
