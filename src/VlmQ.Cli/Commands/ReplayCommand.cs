using System.CommandLine;
using System.Globalization;
using System.Text;
using VlmQ.Cli.Replay;
using VlmQ.Cli.Reports;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage.S3;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq replay</c>: does a run again, or steps recorded episodes again, and says what differs.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        Argument<string> target = new("FOLDER")
        {
            Description = "The folder of a finished run, or of a dataset of episodes; of those also s3://bucket/prefix.",
        };
        Option<string?> output = new("--out")
        {
            Description = "Where a run is done again; FOLDER-replay by default. One that an interruption left is gone on with.",
            HelpName = "DIR",
        };
        Option<int> workers = Options.Of("--workers", "Episodes stepped at once.", 2);
        ExampleCommand command = new(
            "replay",
            "Does a run again and compares datasets byte for byte and metrics bit for bit; or steps the episodes of a dataset again from "
                + "their seeds and actions and verifies every observation and reward. Exits with 3 where something differs.",
            "vlmq replay runs/numberline"
        )
        {
            target,
            output,
            workers,
        };
        command.Runs(
            async (parsed, shell, token) =>
            {
                if (parsed.AtLeast(workers, 1) is { } wrong)
                {
                    return wrong;
                }
                string folder = parsed.GetValue(target)!;
                return HoldsEpisodes(folder)
                    ? await EpisodesAsync(folder, parsed.GetValue(workers), shell, token).ConfigureAwait(false)
                    : await RunAsync(folder, parsed.GetValue(output), shell, token).ConfigureAwait(false);
            },
            keeps: parsed => !HoldsEpisodes(parsed.GetValue(target)!)
        );
        return command;
    }

    private static bool HoldsEpisodes(string folder) =>
        S3Location.IsMeant(folder) || File.Exists(Path.Combine(folder, DatasetManifest.FileName));

    private static async Task<Result<int>> EpisodesAsync(string folder, int workers, Shell shell, CancellationToken token)
    {
        Result<EpisodesReplayResult> replayed;
        await using (IProgressBoard board = shell.Progress())
        {
            replayed = await EpisodesReplay.RunAsync(folder, workers, board, token).ConfigureAwait(false);
        }
        return replayed.Bind<int>(result =>
        {
            shell.Result(
                new
                {
                    result.Dataset,
                    result.Episodes,
                    result.Turns,
                    result.Differing,
                    Replies = result.Replies.Select(group => group.Facts),
                    result.Differences,
                },
                _ => Text(result)
            );
            return result.Differing == 0
                ? ExitCode.Done
                : Fault.Data($"{result.Differing} of {result.Episodes} episodes came out otherwise", result.Dataset);
        });
    }

    private static async Task<Result<int>> RunAsync(string folder, string? output, Shell shell, CancellationToken token)
    {
        Result<RunReplayResult> replayed = await RunReplay.RunAsync(folder, output, shell, token).ConfigureAwait(false);
        return replayed.Bind<int>(result =>
        {
            shell.Result(result, Text);
            return result.Differences.IsEmpty
                ? ExitCode.Done
                : Fault.Data($"{result.Differences.Length} of {result.Compared} outputs came out otherwise", result.Run);
        });
    }

    private static string Text(EpisodesReplayResult result)
    {
        StringBuilder text = new();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{result.Episodes:n0} episodes, {result.Turns:n0} turns stepped again; {result.Differing:n0} differ\n"
        );
        text.Append(ReplyTable.Of(result.Replies));
        return result.Differences.IsEmpty
            ? text.ToString()
            : text.Append('\n')
                .Append(
                    TextTable.Render(
                        ["episode", "turn", "column", "recorded", "replayed"],
                        [
                            .. result.Differences.Select(difference =>
                                (IReadOnlyList<string>)
                                    [
                                        difference.Episode,
                                        NumberText.Of($"{difference.First.Turn}"),
                                        difference.First.Column,
                                        difference.First.Recorded,
                                        difference.First.Replayed,
                                    ]
                            ),
                        ]
                    )
                )
                .ToString();
    }

    private static string Text(RunReplayResult result)
    {
        StringBuilder text = new();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{result.Compared} outputs compared; {result.Differences.Length} differ: {result.Run}, {result.Replay}\n"
        );
        if (!result.Differences.IsEmpty)
        {
            text.Append('\n')
                .Append(
                    TextTable.Render(
                        ["output", "recorded", "replayed"],
                        [
                            .. result.Differences.Select(difference =>
                                (IReadOnlyList<string>)[difference.Output, difference.Recorded, difference.Replayed]
                            ),
                        ]
                    )
                );
        }
        foreach (string cause in result.Causes)
        {
            text.Append("changed since: ").Append(cause).Append('\n');
        }
        return text.ToString();
    }
}
