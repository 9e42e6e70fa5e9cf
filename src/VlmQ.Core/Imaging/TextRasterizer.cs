namespace VlmQ.Core.Imaging;

/// <summary>Turns glyphs into coverage masks, one at a time: how much of each pixel the strokes cover, 0 to 255.</summary>
internal sealed class TextRasterizer
{
    // Proportions of DejaVu Sans, in hundredths of an em.
    private const double Ascender = 92.8;
    private const double CapitalHeight = 73;
    private const double SmallHeight = 55;
    private const double AscenderHeight = 76;
    private const double DescenderDepth = 21;

    private readonly double scale;
    private readonly double across;
    private readonly double down;
    private readonly double widening;
    private byte[] mask = [];

    public TextRasterizer(double size, TextWeight weight)
    {
        scale = size / 100;
        // Half the thickness of upright and of level strokes, and what a bold character is wider by.
        (across, down, widening) = weight == TextWeight.Bold ? (8.9, 6.9, 6.5) : (4.5, 3.9, 0);
    }

    /// <summary>The column of the mask's left edge.</summary>
    public int Left { get; private set; }

    /// <summary>The row of the mask's top edge.</summary>
    public int Top { get; private set; }

    public int Width { get; private set; }

    public int Height { get; private set; }

    public ReadOnlySpan<byte> Row(int y) => mask.AsSpan(y * Width, Width);

    /// <summary>From this character to the next, in pixels.</summary>
    public double Advance(StrokeGlyph glyph) => (glyph.Advance + widening) * scale;

    /// <summary>Fills the mask with one glyph.</summary>
    /// <param name="glyph">The glyph.</param>
    /// <param name="pen">Where it begins, in pixels.</param>
    /// <param name="ascender">The ascender line, in pixels.</param>
    public void Rasterize(StrokeGlyph glyph, double pen, double ascender)
    {
        // Whole pixels, as font renderers round an ascender up; between two rows every level stroke would smear over both.
        double baseline = Math.Ceiling(ascender + (Ascender * scale));
        double left = pen - (2 * scale);
        Left = (int)Math.Floor(left);
        Width = (int)Math.Ceiling(pen + Advance(glyph) + (2 * scale)) - Left + 1;
        Top = (int)Math.Floor(baseline - (85 * scale)) - 1;
        Height = (int)Math.Ceiling(baseline + (25 * scale)) + 1 - Top;
        if (mask.Length < Width * Height)
        {
            mask = new byte[Width * Height];
        }
        mask.AsSpan(0, Width * Height).Clear();
        double ink = glyph.Advance + widening - glyph.Left - glyph.Right - (2 * across);
        double origin = pen + ((glyph.Left + across) * scale);
        foreach (StrokeSegment segment in glyph.Segments)
        {
            Cover(
                origin + (segment.X0 * ink * scale),
                baseline - (RiseOf(segment.Y0, glyph.IsLower) * scale),
                origin + (segment.X1 * ink * scale),
                baseline - (RiseOf(segment.Y1, glyph.IsLower) * scale)
            );
        }
    }

    /// <summary>From the glyph's frame to hundredths of an em above the baseline.</summary>
    private double RiseOf(double y, bool isLower)
    {
        double top = (isLower ? SmallHeight : CapitalHeight) - down;
        return y switch
        {
            < 0 => down + (y * DescenderDepth),
            > 1 when isLower => top + ((y - 1) * (AscenderHeight - SmallHeight)),
            _ => down + (y * (top - down)),
        };
    }

    /// <summary>
    /// Covers what lies within half a stroke of a segment. The pen is an ellipse, wider than high: the plane is stretched so that it
    /// becomes a circle, and distances are measured there. Overlapping segments keep the larger coverage, so joints leave no trace.
    /// </summary>
    private void Cover(double x0, double y0, double x1, double y1)
    {
        double radius = across * scale;
        double stretch = across / down;
        double reach = radius + 1;
        int firstX = Math.Max(Left, (int)Math.Floor(Math.Min(x0, x1) - reach));
        int lastX = Math.Min(Left + Width - 1, (int)Math.Ceiling(Math.Max(x0, x1) + reach));
        int firstY = Math.Max(Top, (int)Math.Floor(Math.Min(y0, y1) - reach));
        int lastY = Math.Min(Top + Height - 1, (int)Math.Ceiling(Math.Max(y0, y1) + reach));
        double dx = x1 - x0;
        double dy = (y1 - y0) * stretch;
        double squared = (dx * dx) + (dy * dy);
        double inverse = squared > 0 ? 1 / squared : 0;
        double farthest = (radius + 0.5) * (radius + 0.5);
        for (int y = firstY; y <= lastY; y++)
        {
            Span<byte> row = mask.AsSpan((y - Top) * Width, Width);
            double py = (y + 0.5 - y0) * stretch;
            for (int x = firstX; x <= lastX; x++)
            {
                double px = x + 0.5 - x0;
                double along = Math.Clamp(((px * dx) + (py * dy)) * inverse, 0, 1);
                double offX = px - (along * dx);
                double offY = py - (along * dy);
                double distance = (offX * offX) + (offY * offY);
                if (distance < farthest)
                {
                    double covered = Math.Min(1, radius + 0.5 - Math.Sqrt(distance));
                    row[x - Left] = Math.Max(row[x - Left], (byte)((covered * 255) + 0.5));
                }
            }
        }
    }
}
