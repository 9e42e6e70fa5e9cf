using SixLabors.ImageSharp.Pixels;

namespace SixLabors.ImageSharp.Processing.Operations;

internal sealed record CropOperation(Rectangle Area) : PixelOperation
{
    public override PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
    {
        PixelBuffer<TPixel> target = PixelBuffer<TPixel>.Allocate(configuration, Area.Width, Area.Height);
        for (int y = 0; y < Area.Height; y++)
        {
            source.Row(Area.Y + y).Slice(Area.X, Area.Width).CopyTo(target.Row(y));
        }
        return target;
    }
}
