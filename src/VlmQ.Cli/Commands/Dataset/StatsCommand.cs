using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Inspection;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset stats</c>: how a dataset's numbers are distributed.</summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        Argument<string> dataset = DatasetCommand.Argument();
        Option<int> actions = Options.Of("--actions", "Most frequent actions to list.", 20);
        ExampleCommand command = new(
            "stats",
            "Shows how lengths, returns, rewards, replies and pictures are distributed, and which actions were taken with what reward.",
            "vlmq dataset stats episodes"
        )
        {
            dataset,
            actions,
        };
        command.Watches(
            "episodes",
            parsed => parsed.AtLeast(actions, 0),
            (parsed, progress, token) => DatasetStatistics.OfAsync(parsed.GetValue(dataset)!, parsed.GetValue(actions), progress, token),
            (_, shell, statistics) =>
            {
                shell.Result(
                    new
                    {
                        statistics.Manifest.Format,
                        statistics.Manifest.Episodes,
                        statistics.Manifest.Turns,
                        statistics.Numbers,
                        statistics.Actions,
                        statistics.OtherActions,
                        Replies = statistics.Replies.Select(Facts),
                    },
                    _ => Text(statistics)
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static string Text(DatasetStatistics statistics)
    {
        StringBuilder text = new();
        text.Append(
            TextTable.Render(
                ["number", "count", "mean", "deviation", "least", "10%", "median", "90%", "greatest"],
                [.. statistics.Numbers.Select(Cells)]
            )
        );
        if (!statistics.Actions.IsEmpty)
        {
            text.Append('\n')
                .Append(
                    TextTable.Render(
                        ["action", "turns", "mean reward"],
                        [
                            .. statistics.Actions.Select(action =>
                                (IReadOnlyList<string>)
                                    [
                                        action.Action ?? "(did not parse)",
                                        NumberText.Of($"{action.Turns}"),
                                        NumberText.Of($"{action.Reward:g4}"),
                                    ]
                            ),
                        ]
                    )
                );
        }
        text.Append(statistics.OtherActions > 0 ? NumberText.Of($"and {statistics.OtherActions:n0} other actions\n") : "");
        return text.Append(Replies(statistics.Replies)).ToString();
    }

    private static object Facts(ReplyGroup group) =>
        new
        {
            group.Environment,
            group.Policy,
            group.Replies.Replies,
            group.Replies.SyntaxAccuracy,
            group.Replies.SyntaxAccuracyInterval,
            Failures = group.Replies.Failures.ToDictionary(),
            group.Replies.Unexplained,
        };

    /// <summary>Syntax accuracy and failures by environment and policy: a column for each kind that occurred.</summary>
    private static string Replies(ImmutableArray<ReplyGroup> groups)
    {
        ReplyFailure[] kinds = [.. DatasetReplies.Total(groups).Failures.Rows.Select(row => row.Failure)];
        bool unexplained = groups.Any(group => group.Replies.Unexplained > 0);
        return groups.IsEmpty
            ? ""
            : "\n"
                + TextTable.Render(
                    ["environment", "policy", "replies", "syntax", .. kinds.Select(FailureTable.NameOf), .. Unexplained("(not known why)")],
                    [
                        .. groups.Select(group =>
                            (IReadOnlyList<string>)
                                [
                                    group.Environment,
                                    group.Policy,
                                    NumberText.Of($"{group.Replies.Replies}"),
                                    NumberText.PercentWithin(group.Replies.SyntaxAccuracy, group.Replies.SyntaxAccuracyInterval),
                                    .. kinds.Select(kind => NumberText.Of($"{group.Replies.Failures[kind]}")),
                                    .. Unexplained(NumberText.Of($"{group.Replies.Unexplained}")),
                                ]
                        ),
                    ]
                );

        string[] Unexplained(string cell) => unexplained ? [cell] : [];
    }

    private static IReadOnlyList<string> Cells(NumberSummary number) =>
        [
            number.Name,
            NumberText.Of($"{number.Count}"),
            NumberText.Of($"{number.Mean:g4}"),
            NumberText.Of($"{number.Deviation:g4}"),
            NumberText.Of($"{number.Least:g6}"),
            NumberText.Of($"{number.Tenth:g6}"),
            NumberText.Of($"{number.Median:g6}"),
            NumberText.Of($"{number.Ninetieth:g6}"),
            NumberText.Of($"{number.Greatest:g6}"),
        ];
}
