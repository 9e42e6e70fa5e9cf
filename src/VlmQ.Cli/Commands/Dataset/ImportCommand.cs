using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Datasets.Exchange;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset import</c>: an export becomes a dataset again.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        Argument<string> export = new("EXPORT") { Description = "The folder of an export: dataset.json, rows.jsonl and images/." };
        ExampleCommand command = new(
            "import",
            "Makes a dataset of what `vlmq dataset export` wrote: with the same --part-rows, the same parts byte for byte. What other tools "
                + "wrote is read by `vlmq import`.",
            "vlmq dataset import exported --out episodes"
        )
        {
            export,
        };
        command.Remakes(
            "the dataset",
            async (parsed, remake) =>
                (
                    await DatasetImport
                        .ImportAsync(parsed.GetValue(export)!, remake.Target, remake.Writer, remake.Progress, remake.Token)
                        .ConfigureAwait(false)
                ).Map(made => ImmutableArray.Create(made))
        );
        return command;
    }
}
