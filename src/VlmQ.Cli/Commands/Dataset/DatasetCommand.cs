using System.CommandLine;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset</c>: all that is done with datasets as such.</summary>
internal static class DatasetCommand
{
    public static Command Create() =>
        new ExampleCommand(
            "dataset",
            "Looks into, checks and remakes datasets of episodes and transitions.",
            "vlmq dataset verify episodes"
        )
        {
            InspectCommand.Create("vlmq dataset inspect"),
            CardCommand.Create(),
            VerifyCommand.Create(),
            SplitCommand.Create(),
            MergeCommand.Create(),
            SampleCommand.Create(),
            FilterCommand.Create(),
            StatsCommand.Create(),
            DiffCommand.Create(),
            RepairCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            PushCommand.Create(),
            PullCommand.Create(),
            SimulateCommand.Create(),
            StreamCommand.Create(),
        };

    /// <summary>The dataset that a command works on.</summary>
    public static Argument<string> Argument() => new("DATASET") { Description = Options.DatasetOf("episodes or transitions") };
}
