using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Terminal;

namespace VlmQ.Cli.Reports;

/// <summary>How episodes went, as tables for a terminal; each row begins with the words that tell it from the others.</summary>
internal static class RolloutTables
{
    /// <summary>The headings of <see cref="Cells"/>.</summary>
    public static string[] CellHeads { get; } = ["success", "return", "length", "syntax", "reached", "episodes"];

    /// <summary>The cells of how episodes went, with intervals.</summary>
    public static string[] Cells(RolloutSummary row) =>
        [
            NumberText.PercentWithin(row.SuccessRate, row.SuccessRateInterval),
            NumberText.MeanWithin(row.MeanReturn, row.MeanReturnInterval),
            NumberText.MeanWithin(row.MeanLength, row.MeanLengthInterval),
            NumberText.PercentWithin(row.SyntaxAccuracy, row.SyntaxAccuracyInterval),
            NumberText.Percent(row.ReachedRate),
            NumberText.Of($"{row.Episodes}"),
        ];

    /// <summary>The replies that named no action: a column for each kind that occurred. Nothing where there are none.</summary>
    public static string Failures(string[] heads, IReadOnlyList<(string[] Words, RolloutSummary Row)> rows)
    {
        string[] kinds = FailureKinds.Of(rows.Select(row => row.Row.Failures));
        return kinds.Length == 0
            ? ""
            : "\nreplies that named no action\n"
                + TextTable.Render(
                    [.. heads, "replies", .. kinds],
                    [
                        .. rows.Select(row =>
                            (IReadOnlyList<string>)
                                [
                                    .. row.Words,
                                    NumberText.Of($"{row.Row.Replies}"),
                                    .. kinds.Select(kind => NumberText.Of($"{row.Row.Failures.GetValueOrDefault(kind)}")),
                                ]
                        ),
                    ]
                );
    }

    /// <summary>How the episodes ended.</summary>
    public static string Endings(string[] heads, IEnumerable<(string[] Words, RolloutSummary Row)> rows) =>
        "\nhow episodes ended\n"
        + TextTable.Render(
            [.. heads, "succeeded", "failed", "truncated"],
            [
                .. rows.Select(row =>
                    (IReadOnlyList<string>)
                        [
                            .. row.Words,
                            NumberText.Of($"{row.Row.Endings.Succeeded}"),
                            NumberText.Of($"{row.Row.Endings.Failed}"),
                            NumberText.Of($"{row.Row.Endings.Truncated}"),
                        ]
                ),
            ]
        );
}
