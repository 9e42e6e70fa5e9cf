using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Core.Episodes;
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
        command.Remakes(
            (parsed, progress, token) =>
            {
                DatasetWriterOptions writer = new() { PartRows = parsed.GetValue(partRows) };
                return work(parsed, new Remake(parsed.GetValue(output)!, writer, progress, token));
            },
            parsed => check?.Invoke(parsed) ?? parsed.AtLeast(partRows, 1)
        );
    }

    /// <summary>Gives a command its work, and shows each dataset that it made.</summary>
    public static void Remakes(
        this Command command,
        Func<ParseResult, IProgress<long>, CancellationToken, Task<Result<ImmutableArray<RemadeDataset>>>> work,
        Func<ParseResult, Fault?> check
    ) =>
        command.Watches(
            "episodes",
            check,
            work,
            (_, shell, datasets) =>
            {
                MadeDataset[] made = [.. datasets.Select(dataset => MadeDataset.Of(dataset.Folder, dataset.Manifest))];
                shell.Result(new { datasets = made }, _ => string.Join('\n', made.Select(dataset => dataset.Line())));
                return ExitCode.Done;
            },
            Invocation.Always
        );
}
