using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Cli.Pipelines;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Selection;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset split</c>: cuts a dataset into several.</summary>
internal static class SplitCommand
{
    public static Command Create()
    {
        Argument<string> dataset = DatasetCommand.Argument();
        Option<string> shares = Options.Of("--shares", "Names and shares of the episodes, which sum to 1.", "train=0.9,test=0.1");
        Option<long> seed = Options.Of("--seed", "The same seed gives the same bytes.", 1L);
        ExampleCommand command = new(
            "split",
            "Cuts a dataset into several by whole episodes, at random; each gets exactly its share.",
            "vlmq dataset split episodes --shares train=0.8,test=0.2 --seed 7 --out split"
        )
        {
            dataset,
            shares,
            seed,
        };
        command.Remakes(
            "the datasets, each in a folder of its share's name",
            (parsed, remake) =>
                Earlier.IsDataset(remake.Target) is { } occupied
                    ? Task.FromResult<Result<ImmutableArray<RemadeDataset>>>(occupied)
                    : DatasetSelection.SplitAsync(
                        parsed.GetValue(dataset)!,
                        SplitShare.Parse(parsed.GetValue(shares)!).OrThrow(),
                        remake.Target,
                        parsed.GetValue(seed),
                        remake.Writer,
                        remake.Progress,
                        remake.Token
                    )
        );
        return command;
    }
}
