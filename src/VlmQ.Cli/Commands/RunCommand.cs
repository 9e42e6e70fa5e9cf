using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using YamlDotNet.RepresentationModel;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq run</c>: a whole pipeline.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Argument<string> file = new("PIPELINE.yaml") { Description = "The pipeline." };
        Option<string?> output = new("--out") { Description = "The run folder; runs/<name> by default.", HelpName = "DIR" };
        Command command = new(
            "run",
            "Collects, converts, trains, evaluates and reports, as a pipeline file says. What an earlier run finished is not done again.\n\nExample:\n  vlmq run pipelines/numberline.yaml --set data[0].turns=600 --set train.steps=100")
        {
            file, output, SetOption.Set,
        };
        command.Runs((parsed, shell, token) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(output), parsed.GetValue(SetOption.Set) ?? [], shell, token));
        return command;
    }

    private static async Task<Result<int>> RunAsync(string file, string? output, string[] assignments, Shell shell, CancellationToken token)
    {
        Result<YamlNode> root = assignments.Aggregate(YamlText.Load(file), (node, assignment) => node.Bind(value => YamlText.Set(value, assignment)));
        Result<PipelineConfiguration> bound = root.Bind(new YamlBinder(file).Bind<PipelineConfiguration>);
        if (bound is Result<PipelineConfiguration>.Failed wrong)
        {
            return wrong.Fault;
        }
        PipelineConfiguration pipeline = bound.OrThrow();
        RunFolder folder = new(output ?? Path.Combine("runs", pipeline.Name));
        Result<PipelineRunner> runner = PipelineRunner.Create(pipeline, folder);
        if (runner is Result<PipelineRunner>.Failed failed)
        {
            return failed.Fault.Where.Length > 0 ? failed.Fault : new Fault(failed.Fault.Kind, failed.Fault.What, file, failed.Fault.Remedy);
        }
        shell.Say($"{pipeline.Name}: {pipeline.Data.Length} data sets × {pipeline.Seeds.Length} seeds × {pipeline.Methods.Length} methods, into {folder.Root}");
        return (await runner.OrThrow().RunAsync(shell, token).ConfigureAwait(false)).Map(results =>
        {
            shell.Result(new { results, report = folder.Report }, _ => Table(results) + $"\nreport: {folder.Report}");
            return ExitCode.Done;
        });
    }

    /// <summary>The table that ends a run.</summary>
    public static string Table(ImmutableArray<SummaryResult> results) => TextTable.Render(
        ["data", "seed", "method", "decoding", "success", "syntax", "return", "reached", "episodes", "CPU s", "steps"],
        [
            .. results.Select(row => (IReadOnlyList<string>)
            [
                row.Data, Text($"{row.Seed}"), row.Method, row.Decoding, Text($"{100 * row.SuccessRate:f1}%"), Text($"{100 * row.SyntaxAccuracy:f1}%"),
                Text($"{row.MeanReturn:f3}"), Text($"{100 * row.ReachedRate:f1}%"), Text($"{row.Episodes}"), Text($"{row.TrainCpuSeconds:f1}"), Text($"{row.TrainSteps}"),
            ]),
        ]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
