using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Writing;

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
        Option<string> tokenizer = Options.Tokenizer();
        PromptOptions prompts = new();
        Option<int?> imageSize = Options.Maybe<int?>("--image-size", "Side in pixels that pictures are resized to; kept without it.");
        Option<int> promptLimit = Options.Of("--prompt-limit", "Most tokens of a prompt; episodes with longer ones are rejected.", 4096);
        Option<int> replyLimit = Options.Of("--reply-limit", "Most tokens of a reply; episodes with longer ones are rejected.", 1024);
        Option<int> workers = Options.Workers("Episodes converted");
        Option<int> partRows = Options.PartRows();
        Option<bool> resume = Options.Of("--resume", "Go on with what an earlier conversion left; false refuses such a folder.", true);
        Option<bool> dryRun = new("--dry-run") { Description = "Say what would be done, and write nothing." };
        ExampleCommand command = new(
            "convert",
            "Turns datasets of episodes into token transitions for a model.",
            "vlmq convert 'runs/*/episodes/*' --tokenizer tiny --image-size 60 --out transitions"
        )
        {
            sources,
            output,
            tokenizer,
            imageSize,
            promptLimit,
            replyLimit,
            workers,
            partRows,
            resume,
            dryRun,
        };
        prompts.AddTo(command);
        command.Runs(
            async (parsed, shell, token) =>
            {
                Fault? wrong =
                    parsed.AtLeast(imageSize, 1)
                    ?? parsed.AtMost(imageSize, 16384)
                    ?? parsed.AtLeast(promptLimit, 1)
                    ?? parsed.AtLeast(replyLimit, 1)
                    ?? parsed.AtLeast(workers, 1)
                    ?? parsed.AtLeast(partRows, 1);
                if (wrong is not null)
                {
                    return wrong;
                }
                string[] named = parsed.GetValue(sources)!;
                ImmutableArray<string> folders = InputFolders.Expand(named).OrThrow();
                ConversionBatch batch = new()
                {
                    Sources = folders,
                    Targets = TargetsOf(named, folders, parsed.GetValue(output)!),
                    Tokenizer = Tokenizers.Load(parsed.GetValue(tokenizer)!).OrThrow(),
                    Options = new ConversionOptions()
                    {
                        Prompts = prompts.Of(parsed).OrThrow(),
                        ImageSize = parsed.GetValue(imageSize),
                        PromptLimit = parsed.GetValue(promptLimit),
                        ReplyLimit = parsed.GetValue(replyLimit),
                        Workers = parsed.GetValue(workers),
                        Writer = new DatasetWriterOptions { PartRows = parsed.GetValue(partRows) },
                    },
                    Resume = parsed.GetValue(resume),
                };
                return parsed.GetValue(dryRun)
                    ? await PlanAsync(batch, shell, token).ConfigureAwait(false)
                    : await ConvertAsync(batch, shell, token).ConfigureAwait(false);
            }
        );
        return command;
    }

    // One folder becomes the output itself; several, or whatever a pattern matches, have their own folders in it.
    private static ImmutableArray<string> TargetsOf(string[] named, ImmutableArray<string> folders, string output) =>
        named.Length == 1 && !PathPattern.IsPattern(named[0])
            ? [output]
            : [.. InputFolders.Names(folders).Select(name => Path.Combine(output, name))];

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
            shell.Result(Facts(outcome.Done[0]), _ => Line(outcome.Done[0]));
        }
        else if (!outcome.Done.IsEmpty)
        {
            shell.Result(new { datasets = outcome.Done.Select(Facts) }, _ => string.Join('\n', outcome.Done.Select(Line)));
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

    private static object Facts(ConversionSummary summary)
    {
        DatasetManifest made = summary.Manifest;
        return new
        {
            summary.Folder,
            made.Episodes,
            made.Turns,
            made.Rows,
            made.Rejects,
            made.Bytes,
            digest = made.ContentDigest(),
        };
    }

    private static string Line(ConversionSummary summary)
    {
        DatasetManifest made = summary.Manifest;
        return $"{made.Episodes} episodes, {made.Turns} turns, {made.Bytes} bytes in {summary.Folder}; {made.Rejects} rejected";
    }

    private static string ToDo(ConversionPlan plan) =>
        plan.Complete ? "nothing: it is there"
        : plan.Done > 0 ? $"goes on after {Count(plan.Done)} episodes"
        : "all";

    private static string Count(long number) => NumberText.Of($"{number:n0}");
}
