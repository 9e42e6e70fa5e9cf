using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using VlmQ.Cli.Terminal;
using VlmQ.Datasets.Comparison;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset diff</c>: what two datasets do not share.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        Argument<string> left = new("LEFT") { Description = "The folder of a dataset, or s3://bucket/prefix." };
        Argument<string> right = new("RIGHT") { Description = "The folder of another one of the same kind." };
        Option<int> limit = Options.Of("--limit", "Episodes to name of each sort; all are counted.", 10);
        Option<bool> exitCode = new("--exit-code")
        {
            Description = "End with 3 if the datasets are not equal; without it a difference ends with 0.",
        };
        ExampleCommand command = new(
            "diff",
            "Compares two datasets by episode id, however they are cut into parts: which episodes only one holds, which columns differ, and "
                + "whether the order does.",
            "vlmq dataset diff episodes copy-of-episodes --exit-code"
        )
        {
            left,
            right,
            limit,
            exitCode,
        };
        command.Watches(
            "episodes",
            parsed => parsed.AtLeast(limit, 0),
            (parsed, progress, token) =>
                DatasetComparer.CompareAsync(parsed.GetValue(left)!, parsed.GetValue(right)!, parsed.GetValue(limit), progress, token),
            (parsed, shell, difference) =>
            {
                shell.Result(Values(difference), _ => Text(difference, parsed.GetValue(left)!, parsed.GetValue(right)!));
                return difference.Equal || !parsed.GetValue(exitCode) ? ExitCode.Done : ExitCode.Data;
            }
        );
        return command;
    }

    private static object Values(DatasetDifference difference) =>
        new
        {
            difference.Equal,
            SameBytes = difference.Left.ContentDigest() == difference.Right.ContentDigest(),
            difference.SameOrder,
            difference.Same,
            difference.Changed,
            difference.OnlyLeft,
            difference.OnlyRight,
            difference.ChangedEpisodes,
            difference.OnlyLeftEpisodes,
            difference.OnlyRightEpisodes,
        };

    private static string Text(DatasetDifference difference, string left, string right)
    {
        StringBuilder text = new();
        foreach (ChangedEpisode changed in difference.ChangedEpisodes)
        {
            text.Append(NumberText.Of($"changed: {changed.Id}: {string.Join(", ", changed.Columns)}\n"));
        }
        More(text, difference.Changed - difference.ChangedEpisodes.Length);
        Only(text, left, difference.OnlyLeft, difference.OnlyLeftEpisodes);
        Only(text, right, difference.OnlyRight, difference.OnlyRightEpisodes);
        text.Append(NumberText.Of($"{difference.Same:n0} episodes are the same, {difference.Changed:n0} changed, "));
        text.Append(NumberText.Of($"{difference.OnlyLeft:n0} only in {left}, {difference.OnlyRight:n0} only in {right}"));
        return text.Append(difference.SameOrder ? "" : "; those that both hold come in another order").ToString();
    }

    private static void Only(StringBuilder text, string folder, long count, ImmutableArray<string> ids)
    {
        foreach (string id in ids)
        {
            text.Append(NumberText.Of($"only in {folder}: {id}\n"));
        }
        More(text, count - ids.Length);
    }

    private static void More(StringBuilder text, long more) => text.Append(more > 0 ? NumberText.Of($"… and {more:n0} more\n") : "");
}
