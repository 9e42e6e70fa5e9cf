using SixLabors.ImageSharp.Pixels;

namespace SixLabors.ImageSharp.Processing.Operations;

internal sealed record PadOperation(Size Size, Color Color) : PixelOperation
{
    public override PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
    {
        PixelBuffer<TPixel> target = PixelBuffer<TPixel>.Allocate(configuration, Size.Width, Size.Height);
        target.Pixels.Fill(Color.ToPixel<TPixel>());
        int left = (Size.Width - source.Width) / 2;
        int top = (Size.Height - source.Height) / 2;
        for (int y = 0; y < source.Height; y++)
        {
            source.Row(y).CopyTo(target.Row(top + y)[left..]);
        }
        return target;
    }
}
