using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Reports;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq run</c>: a whole pipeline.</summary>
internal static class RunCommand
{
    private const string Setting = "train.steps=100";

    private static readonly string[] Heads = ["data", "seed", "method", "decoding"];

    public static Command Create()
    {
        Argument<string> file = new("PIPELINE.yaml") { Description = "The pipeline." };
        Option<string?> output = new("--out") { Description = "The run folder; runs/<name> by default.", HelpName = "DIR" };
        output.Validators.Add(Options.RefuseRemote);
        Option<string?> model = new("--model")
        {
            Description = $"The pipeline's model in place of the one that the file names: {NamedModelOptions.Names}.",
            HelpName = "DIR|NAME",
        };
        Option<string?> device = new("--device")
        {
            Description = "Where models are computed, in place of what the file says: cpu, cuda or cuda:N.",
        };
        Option<string[]> set = SetOption.Create(Setting, "data[0].turns=600");
        ExampleCommand command = new(
            "run",
            "Collects, converts, trains, evaluates and reports, as a pipeline file says. What an earlier run finished is not done again.",
            "vlmq run pipelines/numberline.yaml --set data[0].turns=600 --set train.steps=100"
        )
        {
            file,
            output,
            model,
            device,
            set,
        };
        command.Runs(
            (parsed, shell, token) =>
                RunAsync(
                    parsed.GetValue(file)!,
                    parsed.GetValue(output),
                    [
                        .. parsed.GetValue(set) ?? [],
                        .. Assignment("model", parsed.GetValue(model)),
                        .. Assignment("device", parsed.GetValue(device)),
                    ],
                    shell,
                    token
                ),
            Invocation.Always
        );
        return command;
    }

    // A text of JSON is the same text in YAML, whatever is in the name.
    private static string[] Assignment(string key, string? value) =>
        value is null ? [] : [$"{key}={JsonSerializer.Serialize(value, Shell.JsonOptions)}"];

    private static async Task<Result<int>> RunAsync(
        string file,
        string? output,
        string[]? assignments,
        Shell shell,
        CancellationToken token
    )
    {
        Result<YamlDocument> document = SetOption.Apply(YamlDocument.Load(file), assignments, Setting);
        PipelineConfiguration pipeline = document.Bind(YamlBinder.Bind<PipelineConfiguration>).OrThrow();
        RunFolder folder = new(output ?? Path.Combine("runs", pipeline.Name));
        Result<PipelineRunner> runner = PipelineRunner.Create(pipeline, folder);
        if (runner is Result<PipelineRunner>.Failed failed)
        {
            string where = failed.Fault.Where.Length == 0 ? file : $"{file}: {failed.Fault.Where}";
            return new Fault(failed.Fault.Kind, failed.Fault.What, where, failed.Fault.Remedy);
        }
        string work = string.Join(
            " × ",
            NumberText.Count(pipeline.Data.Length, "data set"),
            NumberText.Count(pipeline.Seeds.Length, "seed"),
            NumberText.Count(pipeline.Methods.Length, "method")
        );
        shell.Say($"{pipeline.Name}: {work}, into {folder.Root}");
        return (await runner.OrThrow().RunAsync(shell, token).ConfigureAwait(false)).Map(summary =>
        {
            shell.Result(
                new
                {
                    summary.Results,
                    summary.Collected,
                    report = folder.Report,
                },
                _ => Tables(summary) + $"\nreport: {folder.Report}"
            );
            return ExitCode.Done;
        });
    }

    /// <summary>The tables that end a run.</summary>
    private static string Tables(RunSummary summary) => Table(summary.Results) + ReplyTable.Of(summary.Collected);

    private static string Table(ImmutableArray<SummaryResult> results) =>
        TextTable.Render(
            [.. Heads, .. RolloutTables.CellHeads, "CPU s", "steps"],
            [
                .. results.Select(row =>
                    (IReadOnlyList<string>)
                        [
                            .. Words(row),
                            .. RolloutTables.Cells(row),
                            NumberText.Of($"{row.TrainCpuSeconds:f1}"),
                            NumberText.Of($"{row.TrainSteps}"),
                        ]
                ),
            ]
        ) + RolloutTables.Failures(Heads, [.. results.Select(row => (Words(row), (RolloutSummary)row))]);

    private static string[] Words(SummaryResult row) => [row.Data, NumberText.Of($"{row.Seed}"), row.Method, row.Decoding];
}
