using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Cli.Models;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq convert</c>: episodes become transitions, one dataset or many.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        Argument<string[]> sources = new("EPISODES")
        {
            Description = "Folders of datasets of episodes, patterns such as 'runs/*/episodes/*' (quoted), or s3://bucket/prefix.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> output = Options.Out("the transitions; with several inputs or a pattern, each has a folder in it");
        NamedModelOptions models = new("The model that the transitions are for, which decides tokenizer and chat format");
        PromptOptions prompts = new();
        Option<int?> imageSize = Options.Maybe<int?>("--image-size", "Side in pixels that pictures are resized to; kept without it.");
        Option<int> promptLimit = Options.Of("--prompt-limit", "Most tokens of a prompt; episodes with longer ones are rejected.", 4096);
        Option<int> replyLimit = Options.Of("--reply-limit", "Most tokens of a reply; episodes with longer ones are rejected.", 1024);
        BatchOptions running = new("Episodes converted", "an earlier conversion");
        ExampleCommand command = new(
            "convert",
            "Turns datasets of episodes into token transitions for a model.",
            "vlmq convert 'runs/*/episodes/*' --tokenizer tiny --image-size 60 --out transitions"
        )
        {
            sources,
            output,
            imageSize,
            promptLimit,
            replyLimit,
        };
        models.AddTo(command);
        running.AddTo(command);
        prompts.AddTo(command);
        command.Runs(
            async (parsed, shell, token) =>
            {
                Fault? wrong =
                    parsed.AtLeast(imageSize, 1)
                    ?? parsed.AtMost(imageSize, 16384)
                    ?? parsed.AtLeast(promptLimit, 1)
                    ?? parsed.AtLeast(replyLimit, 1)
                    ?? running.Check(parsed);
                if (wrong is not null)
                {
                    return wrong;
                }
                string[] named = parsed.GetValue(sources)!;
                ImmutableArray<string> folders = InputFolders.Expand(named).OrThrow();
                string target = parsed.GetValue(output)!;
                if (AreApart(named) && Earlier.IsDataset(target) is { } occupied)
                {
                    return occupied;
                }
                NamedModel? model = models.Model(parsed).OrThrow();
                ConversionBatch batch = new()
                {
                    Sources = folders,
                    Targets = TargetsOf(named, folders, target),
                    Tokenizer = models.Tokenizer(parsed, model).OrThrow(),
                    Options = new ConversionOptions()
                    {
                        Prompts = prompts.Of(parsed, model: model).OrThrow(),
                        ImageSize = parsed.GetValue(imageSize),
                        PromptLimit = Math.Min(parsed.GetValue(promptLimit), model?.PromptLength ?? int.MaxValue),
                        ReplyLimit = parsed.GetValue(replyLimit),
                        Workers = running.Workers(parsed),
                        Writer = running.Writer(parsed),
                    },
                    Resume = running.Resume(parsed),
                };
                return running.DryRun(parsed)
                    ? await PlanAsync(batch, shell, token).ConfigureAwait(false)
                    : await ConvertAsync(batch, shell, token).ConfigureAwait(false);
            },
            keeps: parsed => !running.DryRun(parsed)
        );
        return command;
    }

    // One folder becomes the output itself; several, or whatever a pattern matches, have their own folders in it.
    private static ImmutableArray<string> TargetsOf(string[] named, ImmutableArray<string> folders, string output) =>
        AreApart(named) ? [.. InputFolders.Names(folders).Select(name => Path.Combine(output, name))] : [output];

    private static bool AreApart(string[] named) => named.Length > 1 || PathPattern.IsPattern(named[0]);

    private static async Task<Result<int>> PlanAsync(ConversionBatch batch, Shell shell, CancellationToken token)
    {
        ConversionBatch.Outcome<ConversionPlan> outcome = await batch.PlanAsync(token).ConfigureAwait(false);
        if (outcome.Done.IsEmpty)
        {
            return End(outcome, shell, "could not be converted");
        }
        shell.Result(
            new { plans = outcome.Done },
            _ =>
                TextTable.Render(
                    ["episodes dataset", "episodes", "turns", "transitions dataset", "to do"],
                    [
                        .. outcome.Done.Select(plan =>
                            (IReadOnlyList<string>)[plan.Source, Count(plan.Episodes), Count(plan.Turns), plan.Target, ToDo(plan)]
                        ),
                    ]
                )
        );
        return End(outcome, shell, "could not be converted");
    }

    private static async Task<Result<int>> ConvertAsync(ConversionBatch batch, Shell shell, CancellationToken token)
    {
        ConversionBatch.Outcome<ConversionSummary> outcome;
        await using (IProgressBoard board = shell.Progress())
        {
            outcome = await batch.RunAsync(board, token).ConfigureAwait(false);
        }
        if (batch.Sources.Length == 1 && !outcome.Done.IsEmpty)
        {
            shell.Result(Made(outcome.Done[0]), _ => Lines(outcome.Done[0]));
        }
        else if (!outcome.Done.IsEmpty)
        {
            shell.Result(new { datasets = outcome.Done.Select(Made) }, _ => string.Join('\n', outcome.Done.Select(Lines)));
        }
        return End(outcome, shell, "were not converted");
    }

    /// <summary>One fault is the command's own; of several, each has its line, and the last line counts them.</summary>
    private static Result<int> End<T>(ConversionBatch.Outcome<T> outcome, Shell shell, string what)
    {
        if (outcome.Faults.IsEmpty)
        {
            return ExitCode.Done;
        }
        int all = outcome.Done.Length + outcome.Faults.Length;
        if (all == 1)
        {
            return outcome.Faults[0];
        }
        foreach (Fault fault in outcome.Faults)
        {
            shell.Say(fault.ToString());
        }
        return new Fault(outcome.Faults[0].Kind, $"{outcome.Faults.Length} of {all} datasets {what}", "", "the lines above say why");
    }

    private static MadeDataset Made(ConversionSummary summary) =>
        MadeDataset.Of(summary.Folder, summary.Manifest) with
        {
            SyntaxAccuracy = summary.Replies.SyntaxAccuracy,
            SyntaxAccuracyInterval = summary.Replies.SyntaxAccuracyInterval,
            Failures = summary.Replies.Failures.ToDictionary(),
        };

    private static string Lines(ConversionSummary summary) =>
        $"{Made(summary).Line()}; {NumberText.PercentWithin(summary.Replies.SyntaxAccuracy, summary.Replies.SyntaxAccuracyInterval)} of the source's replies named an action\n"
        + ReplyOptions.Table(summary.Replies);

    private static string ToDo(ConversionPlan plan) =>
        plan.Complete ? "nothing: it is there"
        : plan.Done > 0 ? $"goes on after {Count(plan.Done)} episodes"
        : "all";

    private static string Count(long number) => NumberText.Of($"{number:n0}");
}
