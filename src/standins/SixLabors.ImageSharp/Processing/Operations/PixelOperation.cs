using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Pixels;

namespace SixLabors.ImageSharp.Processing.Operations;

/// <summary>One step of image processing: a new buffer from an old one, which it leaves alone.</summary>
internal abstract record PixelOperation
{
    public abstract PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
        where TPixel : unmanaged, IPixel<TPixel>;
}
