using System.CommandLine;
using System.Text;
using VlmQ.Cli.Terminal;
using VlmQ.Datasets.Verification;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset verify</c>: proves that nothing was lost or altered.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Argument<string> dataset = DatasetCommand.Argument();
        Option<int> limit = Options.Of("--limit", "Breaches to list; all are counted.", 20);
        ExampleCommand command = new(
            "verify",
            "Holds every part against its SHA-256 and every row against the format's rules, decoding every picture; names part, row and "
                + "column of what breaks them, and exits with 3 if anything does.",
            "vlmq dataset verify episodes --limit 100"
        )
        {
            dataset,
            limit,
        };
        command.Watches(
            "rows",
            parsed => parsed.AtLeast(limit, 0),
            (parsed, progress, token) => DatasetVerifier.VerifyAsync(parsed.GetValue(dataset)!, parsed.GetValue(limit), progress, token),
            (_, shell, report) =>
            {
                shell.Result(
                    new
                    {
                        report.Folder,
                        report.Sound,
                        report.Manifest.Complete,
                        report.Manifest.Episodes,
                        report.Manifest.Rows,
                        report.RowsRead,
                        Parts = report.Manifest.Parts.Length,
                        digest = report.Manifest.ContentDigest(),
                        report.Found,
                        report.Breaches,
                    },
                    _ => Text(report)
                );
                return report.Sound ? ExitCode.Done : ExitCode.Data;
            }
        );
        return command;
    }

    private static string Text(VerificationReport report)
    {
        StringBuilder text = new();
        foreach (Breach breach in report.Breaches)
        {
            text.Append(breach).Append('\n');
        }
        if (report.Found > report.Breaches.Length)
        {
            text.Append(NumberText.Of($"… and {report.Found - report.Breaches.Length:n0} more; list them with --limit\n"));
        }
        string held = NumberText.Of($"{report.Manifest.Parts.Length} parts, {report.RowsRead:n0} of {report.Manifest.Rows:n0} rows read");
        string complete = report.Manifest.Complete ? "" : " (the run that makes the dataset has not come to its end)";
        return text.Append(NumberText.Of($"{report.Folder}: {held}, {report.Found:n0} breaches{complete}")).ToString();
    }
}
