using System.Collections.Immutable;
using VlmQ.Cli.Terminal;
using VlmQ.Datasets.Inspection;

namespace VlmQ.Cli.Reports;

/// <summary>The replies of a dataset, by environment and policy: syntax accuracy, and a column for each kind of failure that occurred.</summary>
internal static class ReplyTable
{
    private static readonly string[] Heads = ["environment", "policy", "replies", "syntax"];

    /// <summary>For a terminal, with an empty line before it; nothing for no replies.</summary>
    public static string Of(ImmutableArray<ReplyGroup> groups) =>
        groups.IsEmpty ? "" : "\n" + TextTable.Render([.. Heads, .. Kinds(groups)], [.. Rows(groups)]);

    /// <summary>For a dataset's card, in Markdown; nothing for no replies.</summary>
    public static string Markdown(ImmutableArray<ReplyGroup> groups)
    {
        string[] heads = [.. Heads, .. Kinds(groups)];
        return groups.IsEmpty
            ? ""
            : string.Concat(
                new[] { heads, [.. heads.Select(_ => "---")] }
                    .Concat(Rows(groups))
                    .Select(row => $"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |\n")
            );
    }

    private static IEnumerable<string> Kinds(ImmutableArray<ReplyGroup> groups) =>
        FailureKinds.Of(groups.Select(group => group.Facts.Failures)).Concat(HasUnexplained(groups) ? ["(not known why)"] : []);

    private static IEnumerable<IReadOnlyList<string>> Rows(ImmutableArray<ReplyGroup> groups)
    {
        string[] kinds = FailureKinds.Of(groups.Select(group => group.Facts.Failures));
        bool unexplained = HasUnexplained(groups);
        foreach (ReplyFacts facts in groups.Select(group => group.Facts))
        {
            yield return
            [
                facts.Environment,
                facts.Policy,
                NumberText.Of($"{facts.Replies}"),
                NumberText.PercentWithin(facts.SyntaxAccuracy, facts.SyntaxAccuracyInterval),
                .. kinds.Select(kind => NumberText.Of($"{facts.Failures.GetValueOrDefault(kind)}")),
                .. unexplained ? [NumberText.Of($"{facts.Unexplained}")] : Array.Empty<string>(),
            ];
        }
    }

    private static bool HasUnexplained(ImmutableArray<ReplyGroup> groups) => groups.Any(group => group.Replies.Unexplained > 0);
}
