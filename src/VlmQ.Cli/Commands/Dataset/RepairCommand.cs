using System.CommandLine;
using System.Text;
using VlmQ.Cli.Terminal;
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
                + "damaged part a row group is kept where every row can be read and keeps the rules and every picture decodes. A part whose "
                + "end was cut off has lost its index: its row groups are found by their pages, up to the first that is not whole.",
            "vlmq dataset repair damaged --out repaired"
        )
        {
            dataset,
            output,
            partRows,
        };
        command.Watches(
            "rows",
            parsed => parsed.AtLeast(partRows, 1),
            (parsed, progress, token) =>
            {
                DatasetWriterOptions writer = new() { PartRows = parsed.GetValue(partRows) };
                return DatasetRepair.RunAsync(parsed.GetValue(dataset)!, parsed.GetValue(output)!, writer, progress, token);
            },
            (_, shell, report) =>
            {
                shell.Result(Values(report), _ => Text(report));
                return ExitCode.Done;
            },
            Invocation.Always
        );
        return command;
    }

    private static object Values(RepairReport report) =>
        new
        {
            report.Folder,
            report.Manifest.Episodes,
            report.Manifest.Rows,
            report.Manifest.Turns,
            RowsLost = report.Before.Rows - report.Manifest.Rows,
            TurnsLost = report.Before.Turns - report.Manifest.Turns,
            EpisodesLost = report.Before.Episodes - report.Manifest.Episodes,
            BytesLost = report.Losses.Sum(loss => loss.Bytes),
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
        text.Append(NumberText.Of($"{report.Manifest.Turns:n0} of {report.Before.Turns:n0} turns kept in {report.Folder}"));
        return text.ToString();
    }
}
