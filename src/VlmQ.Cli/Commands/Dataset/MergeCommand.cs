using System.CommandLine;
using VlmQ.Datasets.Selection;
using VlmQ.Datasets.Writing;

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
        Option<string> output = Options.Out("the merged dataset");
        Option<int> partRows = Options.PartRows();
        ExampleCommand command = new(
            "merge",
            "Puts datasets one after another; refuses episodes of the same id unless they are renamed.",
            "vlmq dataset merge random noisy --rename --out both"
        )
        {
            datasets,
            rename,
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
                DatasetWriterOptions writer = new() { PartRows = parsed.GetValue(partRows) };
                return await shell
                    .RemakeAsync(
                        "merge",
                        progress =>
                            DatasetSelection.MergeAsync(
                                [.. parsed.GetValue(datasets)!],
                                parsed.GetValue(output)!,
                                parsed.GetValue(rename),
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
