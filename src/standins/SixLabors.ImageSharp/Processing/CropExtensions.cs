using SixLabors.ImageSharp.Processing.Operations;

namespace SixLabors.ImageSharp.Processing;

/// <summary>Cutting.</summary>
public static class CropExtensions
{
    /// <summary>Keeps the left top corner.</summary>
    public static IImageProcessingContext Crop(this IImageProcessingContext source, int width, int height) =>
        source.Crop(new Rectangle(0, 0, width, height));

    /// <summary>Keeps a rectangle.</summary>
    /// <exception cref="ArgumentException">The rectangle is empty or reaches outside the image.</exception>
    public static IImageProcessingContext Crop(this IImageProcessingContext source, Rectangle cropRectangle)
    {
        Size size = source.GetCurrentSize();
        bool inside =
            cropRectangle is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 }
            && (long)cropRectangle.X + cropRectangle.Width <= size.Width
            && (long)cropRectangle.Y + cropRectangle.Height <= size.Height;
        if (!inside)
        {
            throw new ArgumentException($"{cropRectangle} does not lie inside {size}.", nameof(cropRectangle));
        }
        return source.Apply(new CropOperation(cropRectangle));
    }
}
