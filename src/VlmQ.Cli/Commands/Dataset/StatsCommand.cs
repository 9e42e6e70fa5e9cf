using System.CommandLine;
using System.Text;
using VlmQ.Cli.Reports;
using VlmQ.Cli.Terminal;
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
                        Replies = statistics.Replies.Select(group => group.Facts),
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
        return text.Append(ReplyTable.Of(statistics.Replies)).ToString();
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
