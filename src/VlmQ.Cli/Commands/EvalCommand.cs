using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
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
        Option<string> environment = new("--env") { Description = "The environment.", Required = true };
        Option<int> episodes = new("--episodes") { Description = "Episodes to sample.", DefaultValueFactory = _ => 1000 };
        Option<double> temperature = new("--temperature") { Description = "Sampling temperature.", DefaultValueFactory = _ => 1 };
        Option<string> tokenizer = new("--tokenizer") { Description = "The model's tokenizer.", DefaultValueFactory = _ => "tiny" };
        Option<string> template = new("--template") { Description = "The prompt template.", DefaultValueFactory = _ => PromptTemplate.Brief };
        Option<int> replyLimit = new("--reply-limit") { Description = "Most tokens of a reply.", DefaultValueFactory = _ => 24 };
        Option<long> seed = new("--seed") { Description = "Seed of episodes and sampling.", DefaultValueFactory = _ => 1 };
        Option<int> threads = new("--threads") { Description = "Threads of tensor arithmetic.", DefaultValueFactory = _ => 1 };
        Command command = new("eval", "Plays episodes with a trained model, greedily and by sampling. Where an environment's starts can be listed, greedy play starts once from each.\n\nExample:\n  vlmq eval model/checkpoint --env numberline --episodes 1000")
        {
            checkpoint, environment, episodes, temperature, tokenizer, template, replyLimit, seed, threads,
        };
        command.Runs(async (parsed, shell, token) =>
        {
            Fault? wrong = Invocation.AtLeast("--episodes", parsed.GetValue(episodes), 1) ?? Invocation.AtLeast("--reply-limit", parsed.GetValue(replyLimit), 1)
                ?? Invocation.AtLeast("--threads", parsed.GetValue(threads), 1)
                ?? (parsed.GetValue(temperature) > 0 ? null : Fault.Configuration("--temperature must be positive"));
            if (wrong is not null)
            {
                return wrong;
            }
            IEnvironment found = EnvironmentCatalog.Find(parsed.GetValue(environment)!).OrThrow();
            EvaluateStage stage = new()
            {
                Environment = found,
                Template = PromptTemplate.Find(found.Id, parsed.GetValue(template)!).OrThrow(),
                Tokenizer = Tokenizers.Load(parsed.GetValue(tokenizer)!).OrThrow(),
                Evaluate = new EvaluateConfiguration { Episodes = parsed.GetValue(episodes), Temperature = parsed.GetValue(temperature) },
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
                shell.Result(new { results = all.Select(one => new { env = found.Id, one.Decoding, one.Statistics.SuccessRate, one.Statistics.SyntaxAccuracy, one.Statistics.MeanReturn, reached_rate = one.Statistics.TerminatedRate, one.Statistics.Episodes }) }, _ => Table(all));
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static string Table(ImmutableArray<(string Decoding, RolloutStatistics Statistics)> all) => TextTable.Render(
        ["decoding", "success", "syntax", "return", "reached", "episodes"],
        [.. all.Select(one => (IReadOnlyList<string>)[one.Decoding, Text($"{100 * one.Statistics.SuccessRate:f1}%"), Text($"{100 * one.Statistics.SyntaxAccuracy:f1}%"), Text($"{one.Statistics.MeanReturn:f3}"), Text($"{100 * one.Statistics.TerminatedRate:f1}%"), Text($"{one.Statistics.Episodes}")])]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
