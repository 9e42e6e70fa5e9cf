using System.CommandLine;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Transfer;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary>Pushes and pulls: their common option, and how they show what they did.</summary>
internal static class TransferOutput
{
    /// <summary>Gives a command <c>--workers</c> and its work.</summary>
    /// <param name="command">The command.</param>
    /// <param name="what">What so many of are under way at once.</param>
    /// <param name="work">Transfers with so many workers; reports the bytes done so far.</param>
    public static void Transfers(
        this Command command,
        string what,
        Func<ParseResult, int, IProgress<long>, CancellationToken, Task<Result<TransferReport>>> work
    )
    {
        Option<int> workers = Options.Of("--workers", $"{what} at once.", 4);
        command.Add(workers);
        command.Watches(
            "bytes",
            parsed => parsed.AtLeast(workers, 1),
            (parsed, progress, token) => work(parsed, parsed.GetValue(workers), progress, token),
            (_, shell, report) =>
            {
                shell.Result(Values(report), _ => Text(report));
                return ExitCode.Done;
            },
            Invocation.Always
        );
    }

    private static object Values(TransferReport report) =>
        new
        {
            report.Source,
            report.Target,
            report.Parts,
            report.Bytes,
            PartsThere = report.Manifest.Parts.Length - report.Parts,
            report.Manifest.Complete,
            digest = report.Manifest.ContentDigest(),
        };

    private static string Text(TransferReport report)
    {
        int there = report.Manifest.Parts.Length - report.Parts;
        return NumberText.Of($"{report.Parts:n0} parts, {report.Bytes:n0} bytes to {report.Target}; {there:n0} parts were there");
    }
}
