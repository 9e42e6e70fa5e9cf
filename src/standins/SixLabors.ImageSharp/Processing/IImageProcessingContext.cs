using SixLabors.ImageSharp.Processing.Operations;

namespace SixLabors.ImageSharp.Processing;

/// <summary>The image that operations are applied to, one after the other.</summary>
public interface IImageProcessingContext
{
    Configuration Configuration { get; }

    /// <summary>The size that the image has after the operations so far.</summary>
    Size GetCurrentSize();

    internal IImageProcessingContext Apply(PixelOperation operation);
}
