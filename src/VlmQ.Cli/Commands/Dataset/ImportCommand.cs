using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Datasets.Exchange;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset import</c>: an export becomes a dataset again.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        Argument<string> export = new("EXPORT") { Description = "The folder of an export: dataset.json, rows.jsonl and images/." };
        Option<string> output = Options.Out("the dataset");
        Option<int> partRows = Options.PartRows();
        ExampleCommand command = new(
            "import",
            "Makes a dataset of what `vlmq dataset export` wrote: with the same --part-rows, the same parts byte for byte.",
            "vlmq dataset import exported --out episodes"
        )
        {
            export,
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
                        "import",
                        async progress =>
                            (
                                await DatasetImport
                                    .ImportAsync(parsed.GetValue(export)!, parsed.GetValue(output)!, writer, progress, token)
                                    .ConfigureAwait(false)
                            ).Map(made => ImmutableArray.Create(made))
                    )
                    .ConfigureAwait(false);
            }
        );
        return command;
    }
}
