using System.Globalization;

namespace VlmQ.Cli.Terminal;

/// <summary>Numbers as tables and reports show them, the same in every country.</summary>
internal static class NumberText
{
    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A share, 0–1, as <c>28.1%</c>.</summary>
    public static string Percent(double share) => Of($"{100 * share:f1}%");
}
