using System.Collections.Immutable;
using System.Net;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Statistics;

namespace VlmQ.Cli.Reports;

/// <summary>What self-contained pages have in common: no script, no font, no picture from anywhere else.</summary>
internal static class HtmlPage
{
    private const string Style = """
        :root{color-scheme:light dark;--line:#8885;--soft:#8882;--kept:#009e7333;--dropped:#d55e0033}
        body{font:15px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2.2rem}h3{font-size:1rem;margin:0}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums}
        td,th{padding:.25rem .5rem;border-bottom:1px solid var(--line);text-align:right;vertical-align:baseline}
        td.t,th.t{text-align:left}.wide{overflow-x:auto}.wide td,.wide th{white-space:nowrap}small{display:block;opacity:.75}
        """;

    /// <summary>What a page begins with.</summary>
    /// <param name="title">Its title and heading.</param>
    /// <param name="style">Rules of its own.</param>
    public static string Begin(string title, string style) =>
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
        + $"<title>{Escape(title)}</title><style>{Style}{style}</style></head><body><h1>{Escape(title)}</h1>";

    /// <summary>What a page ends with.</summary>
    public const string End = "</body></html>\n";

    /// <summary>What stands below a table with intervals.</summary>
    public const string Intervals =
        "In small print are the intervals that hold the true value with 95% confidence: Wilson's for shares, Student's t for means; "
        + "for syntax they take each reply to be on its own, so they are somewhat too narrow where episodes are long.";

    /// <summary>What a column of <see cref="Cells"/> means that its heading does not say.</summary>
    public const string Reached = "Reached counts every episode that the environment ended itself, succeeded or not.";

    /// <summary>Any text as what a page shows of it.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(VisibleText.Of(text, int.MaxValue));

    /// <summary>A table's row of headings: columns of words, then columns of numbers.</summary>
    public static string Head(IEnumerable<string> words, IEnumerable<string> numbers) =>
        "<tr>"
        + string.Concat(words.Select(name => $"<th class=\"t\">{Escape(name)}</th>"))
        + string.Concat(numbers.Select(name => $"<th>{Escape(name)}</th>"))
        + "</tr>";

    /// <summary>A table's cell of words.</summary>
    public static string Word(string text) => $"<td class=\"t\">{Escape(text)}</td>";

    /// <summary>A table's cell of a number.</summary>
    public static string Number(FormattableString number) => $"<td>{Minus(NumberText.Of(number))}</td>";

    /// <summary>A table's row: cells of words, then cells of numbers.</summary>
    public static string Row(IEnumerable<string> words, IEnumerable<string> numbers) =>
        $"<tr>{string.Concat(words.Select(Word))}{string.Concat(numbers.Select(number => $"<td>{Minus(number)}</td>"))}</tr>";

    /// <summary>A table's cell of a share with its interval.</summary>
    public static string Share(double share, Interval? interval) =>
        $"<td>{NumberText.Percent(share)}{(interval is null ? "" : $" <small>{NumberText.PercentEnds(interval)}</small>")}</td>";

    /// <summary>A table's cell of a mean with its interval.</summary>
    public static string Mean(double mean, Interval? interval) =>
        $"<td>{Minus(NumberText.Mean(mean))}{(interval is null ? "" : $" <small>{Minus(NumberText.MeanEnds(interval))}</small>")}</td>";

    /// <summary>The headings of <see cref="Cells"/>.</summary>
    public static ImmutableArray<string> CellHeads { get; } = ["success", "return", "length", "syntax", "reached", "episodes"];

    /// <summary>The cells of how episodes went.</summary>
    public static string Cells(RolloutSummary row) =>
        Share(row.SuccessRate, row.SuccessRateInterval)
        + Mean(row.MeanReturn, row.MeanReturnInterval)
        + Mean(row.MeanLength, row.MeanLengthInterval)
        + Share(row.SyntaxAccuracy, row.SyntaxAccuracyInterval)
        + Share(row.ReachedRate, null)
        + Number($"{row.Episodes}");

    /// <summary>A table of what was wrong with replies: a row for each set of episodes, a column for each kind that occurred.</summary>
    /// <param name="heads">What the rows are told apart by.</param>
    /// <param name="rows">The words that tell a row, and its episodes.</param>
    /// <returns>Nothing where every reply named an action.</returns>
    public static string FailureTable(IReadOnlyList<string> heads, IReadOnlyList<(string[] Words, RolloutSummary Row)> rows)
    {
        string[] kinds = FailureKinds.Of(rows.Select(row => row.Row.Failures));
        return kinds.Length == 0
            ? ""
            : "<h2>Replies that named no action</h2><div class=\"wide\"><table>"
                + Head(heads, kinds.Select(kind => kind.Replace('_', ' ')).Prepend("replies"))
                + string.Concat(
                    rows.Select(row =>
                        Row(
                            row.Words,
                            kinds
                                .Select(kind => row.Row.Failures.GetValueOrDefault(kind))
                                .Prepend(row.Row.Replies)
                                .Select(n => NumberText.Of($"{n}"))
                        )
                    )
                )
                + "</table></div>";
    }

    /// <summary>A number with a true minus sign.</summary>
    public static string Minus(string number) => number.Replace('-', '−');
}
