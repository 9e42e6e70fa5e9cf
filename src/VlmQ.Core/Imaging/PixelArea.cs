namespace VlmQ.Core.Imaging;

/// <summary>Pixels that somebody else owns, <c>[height, width, 3]</c>, onto which pictures are copied.</summary>
internal readonly ref struct PixelArea
{
    private const int Channels = 3;

    private readonly Span<byte> _pixels;
    private readonly int _width;
    private readonly int _height;

    /// <param name="pixels">Exactly <c>height · width · 3</c> bytes.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    public PixelArea(Span<byte> pixels, int width, int height)
    {
        _pixels = pixels[..(height * width * Channels)];
        _width = width;
        _height = height;
    }

    /// <summary>Copies a picture; what lies outside the area is left out.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="x">The column of its left edge.</param>
    /// <param name="y">The row of its top edge.</param>
    public void Copy(RgbImage image, int x, int y)
    {
        int left = Math.Clamp(x, 0, _width);
        int right = Math.Clamp(x + image.Width, 0, _width);
        int bottom = Math.Min(y + image.Height, _height);
        if (left >= right)
        {
            return;
        }
        ReadOnlySpan<byte> source = image.Pixels;
        int bytes = (right - left) * Channels;
        for (int row = Math.Max(y, 0); row < bottom; row++)
        {
            int from = (((row - y) * image.Width) + left - x) * Channels;
            source.Slice(from, bytes).CopyTo(_pixels[(((row * _width) + left) * Channels)..]);
        }
    }
}
