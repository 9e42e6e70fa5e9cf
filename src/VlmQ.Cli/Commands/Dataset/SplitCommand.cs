using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Datasets.Selection;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset split</c>: cuts a dataset into several.</summary>
internal static class SplitCommand
{
    public static Command Create()
    {
        Argument<string> dataset = DatasetCommand.Argument();
        Option<string> shares = Options.Of("--shares", "Names and shares of the episodes, which sum to 1.", "train=0.9,test=0.1");
        Option<long> seed = Options.Of("--seed", "The same seed gives the same bytes.", 1L);
        Option<string> output = Options.Out("the datasets, each in a folder of its share's name");
        Option<int> partRows = Options.PartRows();
        ExampleCommand command = new(
            "split",
            "Cuts a dataset into several by whole episodes, at random; each gets exactly its share.",
            "vlmq dataset split episodes --shares train=0.8,test=0.2 --seed 7 --out split"
        )
        {
            dataset,
            shares,
            seed,
            output,
            partRows,
        };
        command.Runs(
            async (parsed, shell, token) =>
            {
                if (parsed.AtLeast(partRows, 1) is { } wrong)
                {
                    return wrong;
                }
                ImmutableArray<SplitShare> wanted = SplitShare.Parse(parsed.GetValue(shares)!).OrThrow();
                DatasetWriterOptions writer = new() { PartRows = parsed.GetValue(partRows) };
                return await shell
                    .RemakeAsync(
                        "split",
                        progress =>
                            DatasetSelection.SplitAsync(
                                parsed.GetValue(dataset)!,
                                wanted,
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
