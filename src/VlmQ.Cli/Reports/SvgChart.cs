using System.Globalization;
using System.Net;
using System.Text;

namespace VlmQ.Cli.Reports;

/// <summary>Draws a <see cref="Chart"/> as inline SVG.</summary>
internal static class SvgChart
{
    private const double Width = 560;
    private const double Height = 280;
    private const double Left = 56;
    private const double Right = 12;
    private const double Top = 14;
    private const double Bottom = 34;

    // Okabe and Ito's palette: told apart under every common colour blindness.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    public static string Render(Chart chart)
    {
        (double x0, double x1) = Bounds(chart.Series.SelectMany(series => series.Points).Select(point => point.X), 0);
        (double y0, double y1) = Bounds(chart.Series.SelectMany(series => series.Points).Select(point => point.Y), 0.05);
        StringBuilder svg = new();
        svg.Append(Invariant($"<figure><figcaption>{Escape(chart.Title)}</figcaption><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Escape(chart.Title)}\">"));
        foreach (double tick in Ticks(y0, y1))
        {
            double y = Y(tick);
            svg.Append(Invariant($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:f1}\" y2=\"{y:f1}\"/><text x=\"{Left - 6}\" y=\"{y + 4:f1}\" text-anchor=\"end\">{tick:g6}</text>"));
        }
        foreach (double tick in Ticks(x0, x1))
        {
            svg.Append(Invariant($"<text x=\"{X(tick):f1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{tick:g6}</text>"));
        }
        svg.Append(Invariant($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Left}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom}\"/>"));
        svg.Append(Invariant($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 4}\" text-anchor=\"middle\">training step</text>"));
        svg.Append(Invariant($"<text transform=\"translate(12 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Escape(chart.YLabel)}</text>"));
        for (int i = 0; i < chart.Series.Length; i++)
        {
            string points = string.Join(' ', chart.Series[i].Points.Where(point => double.IsFinite(point.Y)).Select(point => Invariant($"{X(point.X):f1},{Y(point.Y):f1}")));
            svg.Append(Invariant($"<polyline fill=\"none\" stroke=\"{Colours[i % Colours.Length]}\" stroke-width=\"1.6\" points=\"{points}\"/>"));
        }
        svg.Append("</svg><p class=\"legend\">");
        for (int i = 0; i < chart.Series.Length; i++)
        {
            svg.Append(Invariant($"<span><i style=\"background:{Colours[i % Colours.Length]}\"></i>{Escape(chart.Series[i].Name)}</span> "));
        }
        return svg.Append("</p></figure>").ToString();

        double X(double x) => Left + ((x - x0) / (x1 - x0) * (Width - Left - Right));
        double Y(double y) => Height - Bottom - ((y - y0) / (y1 - y0) * (Height - Top - Bottom));
    }

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
        double step = power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        for (double tick = Math.Ceiling(low / step) * step; tick <= high + (step * 1e-9); tick += step)
        {
            yield return Math.Abs(tick) < step * 1e-9 ? 0 : tick;
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
