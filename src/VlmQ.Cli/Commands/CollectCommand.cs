using System.CommandLine;
using VlmQ.Cli.Models;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Collection;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Inspection;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq collect</c>: plays episodes.</summary>
internal static class CollectCommand
{
    private const int MostAtOnce = 65536;

    public static Command Create()
    {
        EnvironmentOption environment = new();
        Option<string> output = Options.Out("the dataset");
        PolicyOptions policies = new();
        Option<int?> turns = Options.Maybe<int?>("--turns", "At most this many turns, in whole episodes; 6000 where no limit is given.");
        Option<int?> episodes = Options.Maybe<int?>("--episodes", "This many episodes.");
        Option<long> seed = Options.Of("--seed", "The same seed gives the same bytes.", 1L);
        PromptOptions prompts = new();
        Option<string> observations = Options.Observations();
        ReplyOptions replies = new();
        Option<int> workers = Options.Workers("Threads that step environments, and pictures encoded,");
        Option<int> batch = Options.Of(
            "--batch",
            "Episodes whose turns the model policy reads at once, 8 without it where a picture takes hundreds of positions; the bytes do not "
                + "depend on it.",
            new CollectOptions().Lanes
        );
        Option<int> partRows = Options.PartRows();
        Option<bool> resume = Options.Of("--resume", "Go on with what an earlier collection left; false refuses such a folder.", true);
        ExampleCommand command = new(
            "collect",
            "Plays episodes of an environment and writes them as a dataset of episodes.",
            "vlmq collect numberline --policy noisy --turns 6000 --seed 1 --out episodes"
        )
        {
            output,
            turns,
            episodes,
            seed,
            observations,
            workers,
            batch,
            partRows,
            resume,
        };
        environment.AddTo(command);
        policies.AddTo(command);
        prompts.AddTo(command);
        replies.AddTo(command);
        command.Runs(
            async (parsed, shell, token) =>
            {
                Fault? wrong =
                    parsed.AtLeast(turns, 1)
                    ?? parsed.AtLeast(episodes, 1)
                    ?? parsed.AtLeast(workers, 1)
                    ?? parsed.AtLeast(batch, 1)
                    ?? parsed.AtMost(batch, MostAtOnce)
                    ?? parsed.AtLeast(partRows, 1);
                if (wrong is not null)
                {
                    return wrong;
                }
                string folder = parsed.GetValue(output)!;
                if (Earlier.Refusal(folder, parsed.GetValue(resume)) is { } refused)
                {
                    return refused;
                }
                IEnvironment found = environment.Of(parsed).OrThrow();
                NamedModel? model = policies.Model(parsed).OrThrow();
                ReplyRules read = replies.Of(parsed).OrThrow();
                using ChosenPolicy chosen = policies.Of(parsed, [found], read.Parser).OrThrow();
                CollectStage stage = new()
                {
                    Environment = found,
                    Policy = chosen.Policy,
                    PolicySettings = chosen.Settings,
                    Lanes = parsed.ValueOr(batch, chosen.Lanes),
                    Observations = Observations.Find(parsed.GetValue(observations)!).OrThrow(),
                    Template = prompts.Of(parsed, model: model).Bind(source => source.For(found.Id)).OrThrow(),
                    Replies = read,
                    Seed = parsed.GetValue(seed),
                    Turns = parsed.GetValue(turns) ?? (parsed.GetValue(episodes) is null ? 6000 : null),
                    Episodes = parsed.GetValue(episodes),
                    Workers = parsed.GetValue(workers),
                    Writer = new DatasetWriterOptions { PartRows = parsed.GetValue(partRows) },
                };
                Result<CollectOutcome> collected;
                await using (IProgressBoard board = shell.Progress())
                {
                    collected = await stage.RunAsync("collect", folder, board, token).ConfigureAwait(false);
                }
                return collected.Map(outcome =>
                {
                    (DatasetManifest manifest, ReplyFacts replies) = (outcome.Manifest, outcome.Replies.Facts);
                    shell.Result(
                        new
                        {
                            folder,
                            manifest.Episodes,
                            manifest.Turns,
                            manifest.Rows,
                            manifest.Bytes,
                            digest = manifest.ContentDigest(),
                            replies.SyntaxAccuracy,
                            replies.SyntaxAccuracyInterval,
                            replies.Failures,
                        },
                        result =>
                            $"{result.Episodes} episodes, {result.Turns} turns, {result.Bytes} bytes in {folder}; "
                            + $"{NumberText.PercentWithin(result.SyntaxAccuracy, result.SyntaxAccuracyInterval)} of the replies named an action\n"
                            + ReplyOptions.Table(outcome.Replies.Replies)
                    );
                    return ExitCode.Done;
                });
            },
            Invocation.Always
        );
        return command;
    }
}
