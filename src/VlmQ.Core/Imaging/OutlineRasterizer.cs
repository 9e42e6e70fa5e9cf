using System.Collections.Immutable;

namespace VlmQ.Core.Imaging;

/// <summary>
/// How much of each pixel lies inside closed lines (non-zero winding): exact along a row, and averaged over a few lines of it.
/// </summary>
internal sealed class OutlineRasterizer
{
    private const int LinesPerRow = 8;

    private readonly (double X0, double Y0, double X1, double Y1)[] _edges;
    private readonly (double X, int Way)[] _crossings;
    private float[] _sums = [];

    /// <param name="outline">The lines, in the unit square.</param>
    /// <param name="x">The left edge of the square in pixels.</param>
    /// <param name="y">Its top edge.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    public OutlineRasterizer(ImmutableArray<StrokeSegment> outline, double x, double y, double width, double height)
    {
        _edges =
        [
            .. outline.Select(line => (x + (line.X0 * width), y + (line.Y0 * height), x + (line.X1 * width), y + (line.Y1 * height))),
        ];
        _crossings = new (double, int)[_edges.Length];
    }

    /// <summary>Sets the coverage, 0 to 255, of a row's pixels.</summary>
    public void Cover(int row, Span<byte> coverage)
    {
        if (_sums.Length < coverage.Length)
        {
            _sums = new float[coverage.Length];
        }
        Span<float> sums = _sums.AsSpan(0, coverage.Length);
        sums.Clear();
        for (int line = 0; line < LinesPerRow; line++)
        {
            CoverLine(row + ((line + 0.5) / LinesPerRow), sums);
        }
        for (int i = 0; i < coverage.Length; i++)
        {
            coverage[i] = (byte)((Math.Min(1, sums[i] / LinesPerRow) * 255) + 0.5f);
        }
    }

    private void CoverLine(double y, Span<float> sums)
    {
        int count = 0;
        foreach ((double x0, double y0, double x1, double y1) in _edges)
        {
            if (y0 <= y != y1 <= y)
            {
                _crossings[count++] = (x0 + ((y - y0) / (y1 - y0) * (x1 - x0)), y0 < y1 ? 1 : -1);
            }
        }
        Span<(double X, int Way)> crossings = _crossings.AsSpan(0, count);
        crossings.Sort((a, b) => a.X.CompareTo(b.X));
        int winding = 0;
        for (int i = 0; i < count; i++)
        {
            if (winding != 0)
            {
                AddSpan(crossings[i - 1].X, crossings[i].X, sums);
            }
            winding += crossings[i].Way;
        }
    }

    private static void AddSpan(double from, double to, Span<float> sums)
    {
        double left = Math.Clamp(from, 0, sums.Length);
        double right = Math.Clamp(to, 0, sums.Length);
        int last = Math.Min((int)right, sums.Length - 1);
        for (int x = (int)left; x <= last; x++)
        {
            sums[x] += (float)Math.Max(0, Math.Min(right, x + 1) - Math.Max(left, x));
        }
    }
}
