using System.CommandLine;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Core.Sampling;
using VlmQ.Datasets.Streaming.Simulation;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset simulate</c>: how a dataset of some size would be shuffled and read, without the dataset.</summary>
internal static class SimulateCommand
{
    // A part's episodes are in memory at once, as they are where a part is read.
    private const int MostTurnsOfPart = 100_000_000;

    private static readonly SimulationOptions Defaults = new();

    public static Command Create()
    {
        Option<long> turns = Options.Of("--turns", "Turns of the dataset.", Defaults.Turns);
        Option<int> parts = Options.Of("--parts", "Parts of the dataset.", Defaults.Parts);
        Option<int> episode = Options.Of("--episode-turns", "Turns of an episode on average.", Defaults.EpisodeTurns);
        Option<int> group = Options.Of("--group-turns", "Turns of a row group.", Defaults.GroupTurns);
        Option<int> bytes = Options.Of("--turn-bytes", "Bytes of a turn in memory, its PNG file with it.", (int)Defaults.TurnBytes);
        Option<int> ranks = Options.Of("--ranks", "Trainers that read it together.", Defaults.World);
        Option<int> epoch = Options.Of("--epoch", "The pass, from 0.", Defaults.Epoch);
        OrderOptions order = new();
        ExampleCommand command = new(
            "simulate",
            "Shows how well a dataset of some size would be shuffled, and what its trainers would read and hold in memory; without data.",
            "vlmq dataset simulate --turns 100000000 --parts 1000 --ranks 8"
        )
        {
            turns,
            parts,
            episode,
            group,
            bytes,
            ranks,
            epoch,
        };
        order.AddTo(command);
        command.Runs(
            async (parsed, shell, token) =>
            {
                Fault? wrong =
                    order.Check(parsed, parts, episode, group, bytes, ranks)
                    ?? parsed.AtMost(episode, MostTurnsOfPart)
                    ?? parsed.AtLeast(epoch, 0)
                    ?? Enough(parsed.GetValue(turns), parsed.GetValue(parts))
                    ?? (order.Of(parsed) with { Share = new Share(0, parsed.GetValue(ranks)) }).Check();
                if (wrong is not null)
                {
                    return wrong;
                }
                SimulationOptions options = new()
                {
                    Turns = parsed.GetValue(turns),
                    Parts = parsed.GetValue(parts),
                    EpisodeTurns = parsed.GetValue(episode),
                    GroupTurns = parsed.GetValue(group),
                    TurnBytes = parsed.GetValue(bytes),
                    World = parsed.GetValue(ranks),
                    Epoch = parsed.GetValue(epoch),
                    Stream = order.Of(parsed),
                };
                SimulationReport report;
                await using (IProgressBoard board = shell.Progress())
                {
                    using IProgressLine line = board.Begin("simulate", options.Turns, "turns");
                    report = StreamSimulator.Run(options, TimeProvider.System, new LineProgress(line), token);
                }
                shell.Result(report, _ => Text(options, report));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Fault? Enough(long turns, int parts) =>
        turns < parts ? Fault.Configuration($"--turns must be at least --parts, {parts}; it is {turns}")
        : turns > (long)parts * MostTurnsOfPart
            ? Fault.Configuration($"--turns must be at most {MostTurnsOfPart} for each of --parts, {parts}; it is {turns}")
        : null;

    private static string Text(SimulationOptions options, SimulationReport report)
    {
        string head = NumberText.Of(
            $"{options.Turns:n0} turns in {options.Parts:n0} parts, {options.World:n0} ranks: {report.Windows:n0} windows, {report.Steps:n0} steps\n\n"
        );
        string quality = TextTable.Render(
            ["shuffle", "here", "perfect"],
            [
                ["rank correlation", NumberText.Of($"{report.RankCorrelation:f4}"), "0"],
                ["mean displacement, share of the dataset", NumberText.Of($"{report.MeanDisplacement:f4}"), NumberText.Of($"{1 / 3.0:f4}")],
                ["adjacent pairs", NumberText.Of($"{report.AdjacentPairs:f6}"), NumberText.Of($"{1.0 / report.Windows:f6}")],
                ["parts in a step", NumberText.Of($"{report.PartsInStep:f2}"), NumberText.Of($"{report.PartsInPerfectStep:f2}")],
            ]
        );
        string reads = TextTable.Render(
            ["reads and memory", "value"],
            [
                ["openings of a part by a rank, at most", NumberText.Of($"{report.OpeningsOfPart:n0}")],
                ["row groups", NumberText.Of($"{report.RowGroups:n0}")],
                ["row groups read by a rank, at most", NumberText.Of($"{report.RowGroupsReadByRank:n0}")],
                ["row groups read by all ranks", NumberText.Of($"{report.RowGroupsReadByAll:n0}")],
                ["reads of a row group by all ranks, mean", NumberText.Of($"{report.ReadAmplification:f3}")],
                ["turns in a rank's memory, at most", NumberText.Of($"{report.TurnsInMemory:n0}")],
                ["their MiB", NumberText.Of($"{report.BytesInMemory / 1048576.0:n1}")],
                ["the sampler's KiB", NumberText.Of($"{report.SamplerBytes / 1024.0:n1}")],
                [NumberText.Of($"ms to resume at turn {report.ResumeTurn:n0}"), NumberText.Of($"{report.ResumeMilliseconds:f2}")],
                ["s to simulate the pass", NumberText.Of($"{report.Seconds:f2}")],
            ]
        );
        return head + quality + "\n" + reads;
    }
}
