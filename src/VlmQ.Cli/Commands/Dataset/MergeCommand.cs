using System.CommandLine;
using VlmQ.Datasets.Selection;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset merge</c>: puts datasets one after another.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        Argument<string[]> datasets = new("DATASETS")
        {
            Description = "Folders of datasets of one kind, or s3://bucket/prefix; of transitions, converted with the same options.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> rename = new("--rename") { Description = "Put the dataset's number, from 0, and a slash before each episode's id." };
        ExampleCommand command = new(
            "merge",
            "Puts datasets one after another; refuses episodes of the same id unless they are renamed.",
            "vlmq dataset merge random noisy --rename --out both"
        )
        {
            datasets,
            rename,
        };
        command.Remakes(
            "the merged dataset",
            (parsed, remake) =>
                DatasetSelection.MergeAsync(
                    [.. parsed.GetValue(datasets)!],
                    remake.Target,
                    parsed.GetValue(rename),
                    remake.Writer,
                    remake.Progress,
                    remake.Token
                )
        );
        return command;
    }
}
