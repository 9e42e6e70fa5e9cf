using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Selection;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary>The commands that make datasets: their common options, and how they show what they made.</summary>
internal static class RemakeOutput
{
    /// <summary>Gives a command <c>--out</c>, <c>--part-rows</c> and its work.</summary>
    /// <param name="command">The command.</param>
    /// <param name="what">What the folder is for.</param>
    /// <param name="work">Makes the datasets.</param>
    /// <param name="check">The fault of the command's own options.</param>
    public static void Remakes(
        this Command command,
        string what,
        Func<ParseResult, Remake, Task<Result<ImmutableArray<RemadeDataset>>>> work,
        Func<ParseResult, Fault?>? check = null
    )
    {
        Option<string> output = Options.Out(what);
        output.Description += " The source is read again from its start for that.";
        Option<int> partRows = Options.PartRows();
        command.Add(output);
        command.Add(partRows);
        command.Runs(
            async (parsed, shell, token) =>
            {
                if ((check?.Invoke(parsed) ?? parsed.AtLeast(partRows, 1)) is { } wrong)
                {
                    return wrong;
                }
                DatasetWriterOptions writer = new() { PartRows = parsed.GetValue(partRows) };
                return await shell
                    .RemakeAsync(command.Name, progress => work(parsed, new Remake(parsed.GetValue(output)!, writer, progress, token)))
                    .ConfigureAwait(false);
            }
        );
    }

    /// <summary>Shows progress, then each dataset that was made.</summary>
    public static async Task<Result<int>> RemakeAsync(
        this Shell shell,
        string name,
        Func<IProgress<long>, Task<Result<ImmutableArray<RemadeDataset>>>> work
    ) =>
        (await shell.WatchAsync(name, "episodes", work).ConfigureAwait(false)).Map(datasets =>
        {
            shell.Result(new { datasets = datasets.Select(Values) }, _ => string.Join('\n', datasets.Select(Text)));
            return ExitCode.Done;
        });

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
