using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Pixels;
using SixLabors.ImageSharp.Processing.Operations;

namespace SixLabors.ImageSharp.Processing;

/// <summary>Applies operations at once and owns the newest result until it is taken.</summary>
internal sealed class ImageProcessingContext<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
    : IImageProcessingContext,
        IDisposable
    where TPixel : unmanaged, IPixel<TPixel>
{
    private PixelBuffer<TPixel>? result;

    public Configuration Configuration => configuration;

    private PixelBuffer<TPixel> Current => result ?? source;

    public Size GetCurrentSize() => new(Current.Width, Current.Height);

    public IImageProcessingContext Apply(PixelOperation operation)
    {
        PixelBuffer<TPixel> next = operation.Apply(configuration, Current);
        result?.Dispose();
        result = next;
        return this;
    }

    /// <summary>The result, now the caller's; null when nothing was applied.</summary>
    public PixelBuffer<TPixel>? TakeResult()
    {
        PixelBuffer<TPixel>? taken = result;
        result = null;
        return taken;
    }

    public void Dispose() => result?.Dispose();
}
