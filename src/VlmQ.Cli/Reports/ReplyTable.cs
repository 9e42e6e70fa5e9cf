using System.Collections.Immutable;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Terminal;
using VlmQ.Datasets.Inspection;

namespace VlmQ.Cli.Reports;

/// <summary>The replies of datasets: syntax accuracy, and a column for each kind of failure that occurred.</summary>
internal static class ReplyTable
{
    private static readonly string[] GroupHeads = ["environment", "policy"];
    private static readonly string[] CollectedHeads = ["data", "seed", "policy"];

    /// <summary>A dataset's, for a terminal, with an empty line before it; nothing for no replies.</summary>
    public static string Of(ImmutableArray<ReplyGroup> groups) => groups.IsEmpty ? "" : "\n" + Text(GroupHeads, Rows(groups));

    /// <summary>A dataset's, for its card, in Markdown; nothing for no replies.</summary>
    public static string Markdown(ImmutableArray<ReplyGroup> groups)
    {
        Row[] rows = Rows(groups);
        string[] heads = [.. GroupHeads, .. NumberHeads(rows)];
        return groups.IsEmpty
            ? ""
            : string.Concat(
                new[] { heads, [.. heads.Select(_ => "---")] }
                    .Concat(Cells(rows))
                    .Select(row => $"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |\n")
            );
    }

    /// <summary>Those that a run collected, for a terminal, with an empty line before it; nothing where it collected none.</summary>
    public static string Of(ImmutableArray<CollectedReplies> collected) =>
        collected.IsEmpty ? "" : "\nreplies of the collected data\n" + Text(CollectedHeads, Rows(collected));

    /// <summary>Those that a run collected, for a page; nothing where it collected none.</summary>
    public static string Html(ImmutableArray<CollectedReplies> collected)
    {
        Row[] rows = Rows(collected);
        return collected.IsEmpty
            ? ""
            : "<h2>Replies of the collected data</h2><div class=\"wide\"><table>"
                + HtmlPage.Head(CollectedHeads, NumberHeads(rows).Select(kind => kind.Replace('_', ' ')))
                + string.Concat(Cells(rows).Select(row => HtmlPage.Row(row[..CollectedHeads.Length], row[CollectedHeads.Length..])))
                + "</table></div>";
    }

    private static string Text(string[] heads, Row[] rows) => TextTable.Render([.. heads, .. NumberHeads(rows)], [.. Cells(rows)]);

    private static Row[] Rows(ImmutableArray<ReplyGroup> groups) =>
        [.. groups.Select(group => group.Facts).Select(facts => new Row([facts.Environment, facts.Policy], facts))];

    private static Row[] Rows(ImmutableArray<CollectedReplies> collected) =>
        [.. collected.Select(one => new Row([one.Data, NumberText.Of($"{one.Seed}"), one.Replies.Policy], one.Replies))];

    private static IEnumerable<string> NumberHeads(Row[] rows) =>
        [
            "replies",
            "syntax",
            .. FailureKinds.Of(rows.Select(row => row.Facts.Failures)),
            .. HasUnexplained(rows) ? ["(not known why)"] : Array.Empty<string>(),
        ];

    private static IEnumerable<string[]> Cells(Row[] rows)
    {
        string[] kinds = FailureKinds.Of(rows.Select(row => row.Facts.Failures));
        bool unexplained = HasUnexplained(rows);
        foreach ((string[] words, ReplyFacts facts) in rows)
        {
            yield return
            [
                .. words,
                NumberText.Of($"{facts.Replies}"),
                NumberText.PercentWithin(facts.SyntaxAccuracy, facts.SyntaxAccuracyInterval),
                .. kinds.Select(kind => NumberText.Of($"{facts.Failures.GetValueOrDefault(kind)}")),
                .. unexplained ? [NumberText.Of($"{facts.Unexplained}")] : Array.Empty<string>(),
            ];
        }
    }

    private static bool HasUnexplained(Row[] rows) => rows.Any(row => row.Facts.Unexplained > 0);

    /// <summary>A row of a table.</summary>
    /// <param name="Words">What tells it from the others.</param>
    /// <param name="Facts">What it tells.</param>
    private sealed record Row(string[] Words, ReplyFacts Facts);
}
