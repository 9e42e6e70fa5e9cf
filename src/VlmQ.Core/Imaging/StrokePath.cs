using System.Collections.Immutable;
using System.Globalization;

namespace VlmQ.Core.Imaging;

/// <summary>
/// Reads the strokes of a glyph: <c>M x y</c> lifts the pen to a point; <c>L x y</c> draws a straight line; <c>h x y</c> and
/// <c>v x y</c> draw a quarter of an ellipse that sets out horizontally or vertically; <c>c x1 y1 x2 y2 x y</c> draws a cubic Bézier curve.
/// </summary>
internal static class StrokePath
{
    private const int CurvePieces = 7;

    /// <summary>The control points of a quarter circle lie this share of the way to the corner (Riškus, 2006).</summary>
    private const double QuarterCircle = 0.5522847498;

    public static ImmutableArray<StrokeSegment> Parse(string path)
    {
        string[] words = path.Split(' ');
        ImmutableArray<StrokeSegment>.Builder segments = ImmutableArray.CreateBuilder<StrokeSegment>();
        (double X, double Y) pen = default;
        for (int i = 0; i < words.Length; )
        {
            char command = words[i++][0];
            double[] numbers = new double[command == 'c' ? 6 : 2];
            for (int k = 0; k < numbers.Length; k++)
            {
                numbers[k] = double.Parse(words[i++], CultureInfo.InvariantCulture);
            }
            (double X, double Y) end = (numbers[^2], numbers[^1]);
            Draw(command, numbers, pen, end, segments);
            pen = end;
        }
        return segments.ToImmutable();
    }

    private static void Draw(
        char command,
        double[] numbers,
        (double X, double Y) pen,
        (double X, double Y) end,
        ImmutableArray<StrokeSegment>.Builder segments
    )
    {
        const double Rest = 1 - QuarterCircle;
        switch (command)
        {
            case 'M':
                break;
            case 'L':
                segments.Add(new StrokeSegment(pen.X, pen.Y, end.X, end.Y));
                break;
            case 'h':
                Curve(pen, (pen.X + ((end.X - pen.X) * QuarterCircle), pen.Y), (end.X, pen.Y + ((end.Y - pen.Y) * Rest)), end, segments);
                break;
            case 'v':
                Curve(pen, (pen.X, pen.Y + ((end.Y - pen.Y) * QuarterCircle)), (pen.X + ((end.X - pen.X) * Rest), end.Y), end, segments);
                break;
            case 'c':
                Curve(pen, (numbers[0], numbers[1]), (numbers[2], numbers[3]), end, segments);
                break;
            default:
                throw new FormatException($"A stroke has no command '{command}'.");
        }
    }

    private static void Curve(
        (double X, double Y) p0,
        (double X, double Y) p1,
        (double X, double Y) p2,
        (double X, double Y) p3,
        ImmutableArray<StrokeSegment>.Builder segments
    )
    {
        (double X, double Y) last = p0;
        for (int i = 1; i <= CurvePieces; i++)
        {
            double t = i / (double)CurvePieces;
            double u = 1 - t;
            (double a, double b, double c, double d) = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t);
            (double X, double Y) next = (
                (a * p0.X) + (b * p1.X) + (c * p2.X) + (d * p3.X),
                (a * p0.Y) + (b * p1.Y) + (c * p2.Y) + (d * p3.Y)
            );
            segments.Add(new StrokeSegment(last.X, last.Y, next.X, next.Y));
            last = next;
        }
    }
}
