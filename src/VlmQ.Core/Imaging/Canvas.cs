using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace VlmQ.Core.Imaging;

/// <summary>
/// A picture in the making. Drawing is a pure function of the calls: no fonts, files or settings of the machine take part, so the same
/// calls give the same bytes everywhere.
/// </summary>
public sealed class Canvas
{
    private const int Channels = 3;

    private byte[] pixels;

    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="background">The colour of every pixel to begin with.</param>
    public Canvas(int width, int height, RgbColor background)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        Width = width;
        Height = height;
        pixels = new byte[checked(width * height * Channels)];
        FillRectangle(0, 0, width, height, background);
    }

    /// <param name="background">What there is to begin with.</param>
    public Canvas(RgbImage background)
    {
        ArgumentNullException.ThrowIfNull(background);
        Width = background.Width;
        Height = background.Height;
        pixels = GC.AllocateUninitializedArray<byte>(background.Pixels.Length);
        background.Pixels.CopyTo(pixels);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Fills a rectangle of whole pixels; what lies outside the picture is left out.</summary>
    /// <param name="x">The leftmost column.</param>
    /// <param name="y">The topmost row.</param>
    /// <param name="width">Columns, 0 or more.</param>
    /// <param name="height">Rows, 0 or more.</param>
    /// <param name="color">The colour.</param>
    public Canvas FillRectangle(int x, int y, int width, int height, RgbColor color)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        int left = Math.Clamp(x, 0, Width);
        int right = (int)Math.Clamp((long)x + width, 0, Width);
        int top = Math.Clamp(y, 0, Height);
        int bottom = (int)Math.Clamp((long)y + height, 0, Height);
        if (left >= right || top >= bottom)
        {
            return this;
        }
        Span<byte> first = Row(top, left, right);
        for (int i = 0; i < first.Length; i += Channels)
        {
            (first[i], first[i + 1], first[i + 2]) = (color.R, color.G, color.B);
        }
        for (int row = top + 1; row < bottom; row++)
        {
            first.CopyTo(Row(row, left, right));
        }
        return this;
    }

    /// <summary>The outline of a rectangle, drawn inside it.</summary>
    /// <param name="x">The leftmost column.</param>
    /// <param name="y">The topmost row.</param>
    /// <param name="width">Columns, 0 or more.</param>
    /// <param name="height">Rows, 0 or more.</param>
    /// <param name="thickness">Pixels of each side, at least 1.</param>
    /// <param name="color">The colour.</param>
    public Canvas DrawRectangle(int x, int y, int width, int height, int thickness, RgbColor color)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(thickness);
        int across = Math.Min(thickness, width);
        int down = Math.Min(thickness, height);
        return FillRectangle(x, y, width, down, color)
            .FillRectangle(x, y + height - down, width, down, color)
            .FillRectangle(x, y, across, height, color)
            .FillRectangle(x + width - across, y, across, height, color);
    }

    /// <summary>Copies a picture; what lies outside is left out.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="x">The column of its left edge.</param>
    /// <param name="y">The row of its top edge.</param>
    public Canvas DrawImage(RgbImage image, int x, int y)
    {
        ArgumentNullException.ThrowIfNull(image);
        new PixelArea(pixels, Width, Height).Copy(image, x, y);
        return this;
    }

    /// <summary>Fills what closed lines enclose, smoothed; where they overlap they are one shape if they run the same way round.</summary>
    /// <param name="outline">The lines, in a frame in which the shape's box is the unit square and y runs downwards.</param>
    /// <param name="x">The left edge of that box, in pixels.</param>
    /// <param name="y">Its top edge.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="color">The colour.</param>
    internal Canvas FillOutline(ImmutableArray<StrokeSegment> outline, double x, double y, double width, double height, RgbColor color)
    {
        OutlineRasterizer rasterizer = new(outline, x, y, width, height);
        int bottom = Math.Min(Height, (int)Math.Ceiling(y + height));
        byte[] coverage = new byte[Width];
        for (int row = Math.Max(0, (int)Math.Floor(y)); row < bottom; row++)
        {
            rasterizer.Cover(row, coverage);
            Blend(Row(row, 0, Width), coverage, color);
        }
        return this;
    }

    /// <summary>Draws one line of text, smoothed, in the built-in stroke font. Characters that it lacks appear as an empty box.</summary>
    /// <param name="text">The text; any printable ASCII.</param>
    /// <param name="x">The left end of the line, in pixels.</param>
    /// <param name="y">The ascender line, in pixels: the baseline lies 0.93 of the size below it.</param>
    /// <param name="size">Pixels an em, more than 0.</param>
    /// <param name="color">The colour.</param>
    /// <param name="weight">How thick the strokes are.</param>
    public Canvas DrawText(string text, double x, double y, double size, RgbColor color, TextWeight weight = TextWeight.Regular)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        TextRasterizer rasterizer = new(size, weight);
        double pen = x;
        foreach (char character in text)
        {
            StrokeGlyph glyph = StrokeFont.Glyph(character);
            rasterizer.Rasterize(glyph, pen, y);
            Blend(rasterizer, color);
            pen += rasterizer.Advance(glyph);
        }
        return this;
    }

    /// <summary>How far the text reaches to the right, in pixels.</summary>
    /// <param name="text">The text.</param>
    /// <param name="size">Pixels an em, more than 0.</param>
    /// <param name="weight">How thick the strokes are.</param>
    public static double MeasureText(string text, double size, TextWeight weight = TextWeight.Regular)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        TextRasterizer rasterizer = new(size, weight);
        double width = 0;
        foreach (char character in text)
        {
            width += rasterizer.Advance(StrokeFont.Glyph(character));
        }
        return width;
    }

    /// <summary>The picture as it is now; later drawing does not change it.</summary>
    public RgbImage ToImage() => new(Width, Height, ImmutableArray.Create(pixels));

    /// <summary>The picture, without copying it: the canvas is used up.</summary>
    internal RgbImage TakeImage()
    {
        RgbImage image = new(Width, Height, ImmutableCollectionsMarshal.AsImmutableArray(pixels));
        pixels = [];
        return image;
    }

    private Span<byte> Row(int y, int left, int right) => pixels.AsSpan(((y * Width) + left) * Channels, (right - left) * Channels);

    private void Blend(TextRasterizer mask, RgbColor color)
    {
        int left = Math.Max(mask.Left, 0);
        int right = Math.Min(mask.Left + mask.Width, Width);
        int bottom = Math.Min(mask.Top + mask.Height, Height);
        for (int y = Math.Max(mask.Top, 0); y < bottom && left < right; y++)
        {
            ReadOnlySpan<byte> coverage = mask.Row(y - mask.Top)[(left - mask.Left)..(right - mask.Left)];
            Blend(Row(y, left, right), coverage, color);
        }
    }

    private static void Blend(Span<byte> row, ReadOnlySpan<byte> coverage, RgbColor color)
    {
        for (int i = 0; i < coverage.Length; i++)
        {
            if (coverage[i] > 0)
            {
                row[3 * i] = Mix(row[3 * i], color.R, coverage[i]);
                row[(3 * i) + 1] = Mix(row[(3 * i) + 1], color.G, coverage[i]);
                row[(3 * i) + 2] = Mix(row[(3 * i) + 2], color.B, coverage[i]);
            }
        }
    }

    private static byte Mix(byte under, byte over, byte coverage) => (byte)(((under * (255 - coverage)) + (over * coverage) + 127) / 255);
}
