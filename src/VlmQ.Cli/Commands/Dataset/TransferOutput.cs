using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Transfer;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary>Runs a push or a pull and shows what it did.</summary>
internal static class TransferOutput
{
    /// <summary>Shows progress, then the report.</summary>
    public static async Task<Result<int>> TransferAsync(
        this Shell shell,
        string name,
        Func<IProgress<long>, Task<Result<TransferReport>>> work
    )
    {
        Result<TransferReport> transferred;
        await using (IProgressBoard board = shell.Progress())
        {
            using IProgressLine line = board.Begin(name, null, "bytes");
            transferred = await work(new LineProgress(line)).ConfigureAwait(false);
        }
        return transferred.Map(report =>
        {
            shell.Result(Values(report), _ => Text(report));
            return ExitCode.Done;
        });
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
