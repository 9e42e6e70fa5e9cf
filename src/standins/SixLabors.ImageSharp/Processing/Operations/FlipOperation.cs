using SixLabors.ImageSharp.Pixels;

namespace SixLabors.ImageSharp.Processing.Operations;

internal sealed record FlipOperation(FlipMode Mode) : PixelOperation
{
    public override PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
    {
        PixelBuffer<TPixel> target = PixelBuffer<TPixel>.Allocate(configuration, source.Width, source.Height);
        for (int y = 0; y < source.Height; y++)
        {
            Span<TPixel> row = target.Row(Mode == FlipMode.Vertical ? source.Height - 1 - y : y);
            source.Row(y).CopyTo(row);
            if (Mode == FlipMode.Horizontal)
            {
                row.Reverse();
            }
        }
        return target;
    }
}
