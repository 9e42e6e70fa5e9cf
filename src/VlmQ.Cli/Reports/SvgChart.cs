using System.Globalization;
using System.Text;

namespace VlmQ.Cli.Reports;

/// <summary>Draws a <see cref="Chart"/> as inline SVG.</summary>
internal static class SvgChart
{
    private const double Width = 560;
    private const double Height = 280;
    private const double Left = 56;
    private const double Right = 24;
    private const double Top = 14;
    private const double Bottom = 34;

    // Okabe and Ito's palette: told apart under every common colour blindness.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#888888"];

    /// <summary>Whether there is anything to draw: supervised training alone has no critics, for example.</summary>
    public static bool HasPoints(Chart chart) => chart.Series.Any(series => series.Points.Any(point => double.IsFinite(point.Y)));

    public static string Render(Chart chart)
    {
        (double x0, double x1) = Bounds(chart.Series.SelectMany(series => series.Points).Select(point => point.X), 0);
        (double y0, double y1) = Bounds(chart.Series.SelectMany(series => series.Points).Select(point => point.Y), 0.05);
        double bottom = Height - Bottom;
        double right = Width - Right;
        string title = Escape(chart.Title);
        StringBuilder svg = new();
        svg.Append(Invariant($"<figure><figcaption>{title}</figcaption>"));
        svg.Append(Invariant($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{title}\">"));
        foreach (double tick in Ticks(y0, y1))
        {
            svg.Append(Line("grid", Left, Y(tick), right, Y(tick)));
            svg.Append(Invariant($"<text x=\"{Left - 6}\" y=\"{Y(tick) + 4:f1}\" text-anchor=\"end\">{tick:g6}</text>"));
        }
        foreach (double tick in Ticks(x0, x1))
        {
            svg.Append(Invariant($"<text x=\"{X(tick):f1}\" y=\"{bottom + 16}\" text-anchor=\"middle\">{tick:g6}</text>"));
        }
        svg.Append(Line("axis", Left, Top, Left, bottom)).Append(Line("axis", Left, bottom, right, bottom));
        svg.Append(Invariant($"<text x=\"{(Left + right) / 2}\" y=\"{Height - 4}\" text-anchor=\"middle\">training step</text>"));
        svg.Append(Invariant($"<text transform=\"translate(12 {(Top + bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">"));
        svg.Append(Escape(chart.YLabel)).Append("</text>");
        foreach (ChartSeries series in chart.Series)
        {
            (double X, double Y)[] finite = [.. series.Points.Where(point => double.IsFinite(point.Y))];
            svg.Append(Invariant($"<polyline fill=\"none\" stroke=\"{ColourOf(series)}\" stroke-width=\"1.5\" points=\""));
            svg.AppendJoin(' ', finite.Select(point => Invariant($"{X(point.X):f1},{Y(point.Y):f1}")));
            svg.Append("\"/>");
            // A line of one point is not seen.
            svg.Append(
                finite is [var (x, y)] ? Invariant($"<circle cx=\"{X(x):f1}\" cy=\"{Y(y):f1}\" r=\"3\" fill=\"{ColourOf(series)}\"/>") : ""
            );
        }
        svg.Append("</svg><p class=\"legend\">");
        foreach (ChartSeries series in chart.Series.DistinctBy(series => series.Group))
        {
            svg.Append(Invariant($"<span><i style=\"background:{ColourOf(series)}\"></i>{Escape(series.Group)}</span> "));
        }
        return svg.Append("</p></figure>").ToString();

        double X(double x) => Left + ((x - x0) / (x1 - x0) * (Width - Left - Right));
        double Y(double y) => Height - Bottom - ((y - y0) / (y1 - y0) * (Height - Top - Bottom));
    }

    private static string ColourOf(ChartSeries series) => Colours[series.Colour % Colours.Length];

    private static string Line(string kind, double x1, double y1, double x2, double y2) =>
        Invariant($"<line class=\"{kind}\" x1=\"{x1:f1}\" y1=\"{y1:f1}\" x2=\"{x2:f1}\" y2=\"{y2:f1}\"/>");

    private static (double Low, double High) Bounds(IEnumerable<double> values, double margin)
    {
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        foreach (double value in values.Where(double.IsFinite))
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }
        if (low > high)
        {
            return (0, 1);
        }
        double pad = high > low ? (high - low) * margin : Math.Max(0.5, Math.Abs(high) * 0.1);
        return (low - pad, high + pad);
    }

    /// <summary>Three to seven round numbers within the bounds.</summary>
    private static IEnumerable<double> Ticks(double low, double high)
    {
        double rough = (high - low) / 5;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step =
            power
            * (
                (rough / power) switch
                {
                    < 1.5 => 1,
                    < 3.5 => 2,
                    < 7.5 => 5,
                    _ => 10,
                }
            );
        for (double tick = Math.Ceiling(low / step) * step; tick <= high + (step * 1e-9); tick += step)
        {
            yield return Math.Abs(tick) < step * 1e-9 ? 0 : tick;
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string text) => HtmlPage.Escape(text);
}
