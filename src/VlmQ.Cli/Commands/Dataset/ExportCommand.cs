using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Datasets.Exchange;
using VlmQ.Datasets.Selection;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset export</c>: a dataset as JSONL and picture files.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Argument<string> dataset = DatasetCommand.Argument();
        Option<string> output = Options.Out("the export");
        ExampleCommand command = new(
            "export",
            "Writes a dataset as rows.jsonl, one JSON object a row, with its pictures as files in images/, its "
                + "card as card.md and its rejects.jsonl; `vlmq dataset import` makes the same dataset of it.",
            "vlmq dataset export episodes --out exported"
        )
        {
            dataset,
            output,
        };
        command.Remakes(
            async (parsed, progress, token) =>
            {
                string target = parsed.GetValue(output)!;
                return (await DatasetExport.ExportAsync(parsed.GetValue(dataset)!, target, progress, token).ConfigureAwait(false)).Map(
                    manifest => ImmutableArray.Create(new RemadeDataset(target, manifest))
                );
            },
            _ => null
        );
        return command;
    }
}
