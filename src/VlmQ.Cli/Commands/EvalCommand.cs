using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Collection;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq eval</c>: plays with a trained model.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        Argument<string> checkpoint = new("CHECKPOINT") { Description = "The folder of a checkpoint." };
        Option<string> environment = new("--env") { Description = EnvironmentOption.Description, Required = true };
        Option<int> episodes = Options.Of("--episodes", "Episodes to sample.", 1000);
        Option<double> temperature = Options.Of("--temperature", "Sampling temperature.", 1.0);
        Option<string> tokenizer = Options.Tokenizer();
        PromptOptions prompts = new();
        ReplyOptions replies = new();
        Option<string> observations = Options.Observations();
        Option<int> replyLimit = Options.Of("--reply-limit", "Most tokens of a reply.", 24);
        Option<long> seed = Options.Of("--seed", "Seed of episodes and sampling.", 1L);
        Option<int> threads = Options.Threads();
        ExampleCommand command = new(
            "eval",
            "Plays episodes with a trained model, greedily and by sampling. Greedy play starts once from each state that an environment "
                + "can start in, where those can be listed.",
            "vlmq eval model/checkpoint --env numberline --episodes 1000"
        )
        {
            checkpoint,
            environment,
            episodes,
            temperature,
            tokenizer,
            observations,
            replyLimit,
            seed,
            threads,
        };
        prompts.AddTo(command);
        replies.AddTo(command);
        command.Runs(
            async (parsed, shell, token) =>
            {
                Fault? wrong =
                    parsed.AtLeast(episodes, 1)
                    ?? parsed.AtLeast(replyLimit, 1)
                    ?? parsed.AtLeast(threads, 1)
                    ?? (
                        parsed.GetValue(temperature) is not (> 0 and < double.PositiveInfinity)
                            ? Fault.Configuration("--temperature must be positive")
                            : null
                    );
                if (wrong is not null)
                {
                    return wrong;
                }
                IEnvironment found = EnvironmentCatalog.Find(parsed.GetValue(environment)!).OrThrow();
                EvaluateStage stage = new()
                {
                    Environment = found,
                    Template = prompts.Of(parsed).Bind(source => source.For(found.Id)).OrThrow(),
                    Observations = Observations.Find(parsed.GetValue(observations)!).OrThrow(),
                    Tokenizer = Tokenizers.Load(parsed.GetValue(tokenizer)!).OrThrow(),
                    Evaluate = new EvaluateConfiguration
                    {
                        Episodes = parsed.GetValue(episodes),
                        Temperature = parsed.GetValue(temperature),
                    },
                    Replies = replies.Of(parsed).OrThrow(),
                    ReplyLimit = parsed.GetValue(replyLimit),
                    Seed = parsed.GetValue(seed),
                    Threads = parsed.GetValue(threads),
                };
                Result<ImmutableArray<(string Decoding, RolloutStatistics Statistics)>> played;
                await using (IProgressBoard board = shell.Progress())
                {
                    played = await stage.RunAsync("evaluate", parsed.GetValue(checkpoint)!, board, token).ConfigureAwait(false);
                }
                return played.Map(all =>
                {
                    shell.Result(new { results = all.Select(one => Row(found.Id, one.Decoding, one.Statistics)) }, _ => Table(all));
                    return ExitCode.Done;
                });
            }
        );
        return command;
    }

    private static object Row(string env, string decoding, RolloutStatistics statistics) =>
        new
        {
            env,
            decoding,
            statistics.SuccessRate,
            statistics.SyntaxAccuracy,
            Failures = statistics.Replies.Failures.ToDictionary(),
            statistics.MeanReturn,
            ReachedRate = statistics.TerminatedRate,
            statistics.Episodes,
        };

    private static string Table(ImmutableArray<(string Decoding, RolloutStatistics Statistics)> all) =>
        TextTable.Render(
            ["decoding", "success", "syntax", "return", "reached", "episodes"],
            [
                .. all.Select(one =>
                    (IReadOnlyList<string>)
                        [
                            one.Decoding,
                            NumberText.Percent(one.Statistics.SuccessRate),
                            NumberText.Percent(one.Statistics.SyntaxAccuracy),
                            NumberText.Of($"{one.Statistics.MeanReturn:f3}"),
                            NumberText.Percent(one.Statistics.TerminatedRate),
                            NumberText.Of($"{one.Statistics.Episodes}"),
                        ]
                ),
            ]
        )
        + string.Concat(
            all.Where(one => one.Statistics.Replies.Failures.Total > 0)
                .Select(one => $"\n{one.Decoding}:\n" + ReplyOptions.Table(one.Statistics.Replies))
        );
}
