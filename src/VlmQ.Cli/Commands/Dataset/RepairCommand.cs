using System.CommandLine;
using System.Text;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Repair;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset repair</c>: salvages what is whole of a damaged dataset.</summary>
internal static class RepairCommand
{
    public static Command Create()
    {
        Argument<string> dataset = DatasetCommand.Argument();
        Option<string> output = Options.Out("the repaired dataset");
        Option<int> partRows = Options.PartRows();
        ExampleCommand command = new(
            "repair",
            "Salvages the whole row groups of a damaged dataset into a new one and says what was lost, also in its rejects.jsonl. Of a "
                + "damaged part a row group is kept where every row can be read and keeps the rules and every picture decodes; a part whose "
                + "end was cut off has lost its index, and all its rows.",
            "vlmq dataset repair damaged --out repaired"
        )
        {
            dataset,
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
                Result<RepairReport> repaired = await shell
                    .WatchAsync(
                        "repair",
                        "rows",
                        progress => DatasetRepair.RunAsync(parsed.GetValue(dataset)!, parsed.GetValue(output)!, writer, progress, token)
                    )
                    .ConfigureAwait(false);
                return repaired.Map(report =>
                {
                    shell.Result(Values(report), _ => Text(report));
                    return ExitCode.Done;
                });
            }
        );
        return command;
    }

    private static object Values(RepairReport report) =>
        new
        {
            report.Folder,
            report.Manifest.Episodes,
            report.Manifest.Rows,
            RowsLost = report.Before.Rows - report.Manifest.Rows,
            EpisodesLost = report.Before.Episodes - report.Manifest.Episodes,
            digest = report.Manifest.ContentDigest(),
            report.Losses,
        };

    private static string Text(RepairReport report)
    {
        StringBuilder text = new();
        foreach (Loss loss in report.Losses)
        {
            text.Append(NumberText.Of($"lost: {loss.File}, rows {loss.FirstRow} to {loss.FirstRow + loss.Rows - 1}: {loss.What}\n"));
        }
        text.Append(NumberText.Of($"{report.Manifest.Episodes:n0} of {report.Before.Episodes:n0} episodes, "));
        return text.Append(NumberText.Of($"{report.Manifest.Rows:n0} of {report.Before.Rows:n0} rows kept in {report.Folder}")).ToString();
    }
}
