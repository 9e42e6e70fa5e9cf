using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Pixels;

namespace SixLabors.ImageSharp;

/// <summary>Access to the rows of an image, valid inside <c>ProcessPixelRows</c> only.</summary>
public ref struct PixelAccessor<TPixel>
    where TPixel : unmanaged, IPixel<TPixel>
{
    private readonly PixelBuffer<TPixel> buffer;

    internal PixelAccessor(PixelBuffer<TPixel> buffer) => this.buffer = buffer;

    public readonly int Width => buffer.Width;

    public readonly int Height => buffer.Height;

    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public readonly Span<TPixel> GetRowSpan(int rowIndex)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)rowIndex, (uint)buffer.Height, nameof(rowIndex));
        return buffer.Row(rowIndex);
    }
}
