using SixLabors.ImageSharp.Processing.Operations;

namespace SixLabors.ImageSharp.Processing;

/// <summary>Padding.</summary>
public static class PadExtensions
{
    /// <summary>Centres the image in a larger one of transparent black; sides that are large enough already stay.</summary>
    public static IImageProcessingContext Pad(this IImageProcessingContext source, int width, int height) =>
        source.Pad(width, height, default);

    /// <summary>Centres the image in a larger one of one colour; sides that are large enough already stay.</summary>
    public static IImageProcessingContext Pad(this IImageProcessingContext source, int width, int height, Color color)
    {
        Size size = source.GetCurrentSize();
        return source.Apply(new PadOperation(new Size(Math.Max(width, size.Width), Math.Max(height, size.Height)), color));
    }
}
