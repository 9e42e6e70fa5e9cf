using System.Globalization;
using VlmQ.Core.Statistics;

namespace VlmQ.Cli.Terminal;

/// <summary>Numbers as tables and reports show them, the same in every country.</summary>
internal static class NumberText
{
    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number of things, as <c>1 turn</c> or <c>2,400 turns</c>.</summary>
    /// <param name="number">How many.</param>
    /// <param name="what">One of them.</param>
    /// <param name="several">Several of them, where that is not the one with an s.</param>
    public static string Count(long number, string what, string? several = null) =>
        Of($"{number:n0} {(number == 1 ? what : several ?? what + "s")}");

    /// <summary>A share, 0–1, as <c>28.1%</c>.</summary>
    public static string Percent(double share) => Of($"{100 * share:f1}%");

    /// <summary>A mean, as <c>-2.483</c>.</summary>
    public static string Mean(double mean) => Of($"{mean:f3}");

    /// <summary>A share's interval in percent, as <c>[25.4, 31.0]</c>.</summary>
    public static string PercentEnds(Interval interval) => Of($"[{100 * interval.Low:f1}, {100 * interval.High:f1}]");

    /// <summary>A mean's interval, as <c>[-2.611, -2.355]</c>.</summary>
    public static string MeanEnds(Interval interval) => Of($"[{interval.Low:f3}, {interval.High:f3}]");

    /// <summary>A share with its interval, as <c>28.1% [25.4, 31.0]</c>.</summary>
    public static string PercentWithin(double share, Interval? interval) =>
        Percent(share) + (interval is null ? "" : " " + PercentEnds(interval));

    /// <summary>A mean with its interval, as <c>-2.483 [-2.611, -2.355]</c>.</summary>
    public static string MeanWithin(double mean, Interval? interval) => Mean(mean) + (interval is null ? "" : " " + MeanEnds(interval));

    /// <summary>Bytes as <c>3.5 GiB</c>.</summary>
    public static string Bytes(long bytes) =>
        bytes >= 1L << 30 ? Of($"{bytes / (double)(1L << 30):f2} GiB")
        : bytes >= 1L << 20 ? Of($"{bytes / (double)(1L << 20):f1} MiB")
        : Of($"{bytes / 1024.0:f1} KiB");
}
