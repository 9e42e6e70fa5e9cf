using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Selection;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary>Runs work that makes datasets and shows what it made.</summary>
internal static class RemakeOutput
{
    /// <summary>Shows progress, then each dataset that was made.</summary>
    public static async Task<Result<int>> RemakeAsync(
        this Shell shell,
        string name,
        Func<IProgress<long>, Task<Result<ImmutableArray<RemadeDataset>>>> work
    )
    {
        Result<ImmutableArray<RemadeDataset>> remade;
        await using (IProgressBoard board = shell.Progress())
        {
            using IProgressLine line = board.Begin(name, null, "episodes");
            remade = await work(new LineProgress(line)).ConfigureAwait(false);
        }
        return remade.Map(datasets =>
        {
            shell.Result(new { datasets = datasets.Select(Values) }, _ => string.Join('\n', datasets.Select(Text)));
            return ExitCode.Done;
        });
    }

    private static object Values(RemadeDataset made)
    {
        DatasetManifest manifest = made.Manifest;
        return new
        {
            made.Folder,
            manifest.Episodes,
            manifest.Turns,
            manifest.Rows,
            manifest.Bytes,
            digest = manifest.ContentDigest(),
        };
    }

    private static string Text(RemadeDataset made) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{made.Manifest.Episodes} episodes, {made.Manifest.Turns} turns, {made.Manifest.Bytes} bytes in {made.Folder}"
        );
}
