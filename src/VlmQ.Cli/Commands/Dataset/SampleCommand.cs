using System.CommandLine;
using VlmQ.Datasets.Selection;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset sample</c>: takes some episodes at random.</summary>
internal static class SampleCommand
{
    public static Command Create()
    {
        Argument<string> dataset = DatasetCommand.Argument();
        Option<int> episodes = new("--episodes") { Description = "Episodes to take.", Required = true };
        Option<long> seed = Options.Of("--seed", "The same seed gives the same bytes.", 1L);
        Option<string> output = Options.Out("the sample");
        Option<int> partRows = Options.PartRows();
        ExampleCommand command = new(
            "sample",
            "Takes exactly so many episodes at random, in the order of the dataset.",
            "vlmq dataset sample episodes --episodes 100 --seed 7 --out sample"
        )
        {
            dataset,
            episodes,
            seed,
            output,
            partRows,
        };
        command.Runs(
            async (parsed, shell, token) =>
            {
                if ((parsed.AtLeast(episodes, 1) ?? parsed.AtLeast(partRows, 1)) is { } wrong)
                {
                    return wrong;
                }
                DatasetWriterOptions writer = new() { PartRows = parsed.GetValue(partRows) };
                return await shell
                    .RemakeAsync(
                        "sample",
                        progress =>
                            DatasetSelection.SampleAsync(
                                parsed.GetValue(dataset)!,
                                parsed.GetValue(episodes),
                                parsed.GetValue(output)!,
                                parsed.GetValue(seed),
                                writer,
                                progress,
                                token
                            )
                    )
                    .ConfigureAwait(false);
            }
        );
        return command;
    }
}
