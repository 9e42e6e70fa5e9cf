using System.CommandLine;
using VlmQ.Datasets.Selection;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset sample</c>: takes some episodes at random.</summary>
internal static class SampleCommand
{
    public static Command Create()
    {
        Argument<string> dataset = DatasetCommand.Argument();
        Option<int> episodes = new("--episodes") { Description = "Episodes to take.", Required = true };
        Option<long> seed = Options.Of("--seed", "The same seed gives the same bytes.", 1L);
        ExampleCommand command = new(
            "sample",
            "Takes exactly so many episodes at random, in the order of the dataset.",
            "vlmq dataset sample episodes --episodes 100 --seed 7 --out sample"
        )
        {
            dataset,
            episodes,
            seed,
        };
        command.Remakes(
            "the sample",
            (parsed, remake) =>
                DatasetSelection.SampleAsync(
                    parsed.GetValue(dataset)!,
                    parsed.GetValue(episodes),
                    remake.Target,
                    parsed.GetValue(seed),
                    remake.Writer,
                    remake.Progress,
                    remake.Token
                ),
            parsed => parsed.AtLeast(episodes, 1)
        );
        return command;
    }
}
