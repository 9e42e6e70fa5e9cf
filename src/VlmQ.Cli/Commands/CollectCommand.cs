using System.CommandLine;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq collect</c>: plays episodes.</summary>
internal static class CollectCommand
{
    public static Command Create()
    {
        Argument<string> environment = new("ENVIRONMENT") { Description = $"One of: {string.Join(", ", EnvironmentCatalog.Names)}." };
        Option<string> output = new("--out") { Description = "The dataset's folder; one that an interrupted run left is gone on with.", HelpName = "DIR", Required = true };
        Option<string> policy = new("--policy") { Description = "random (valid actions) or noisy (a share of malformed replies).", DefaultValueFactory = _ => "random" };
        Option<double> malformed = new("--malformed") { Description = "Share of malformed replies of the noisy policy, 0 to 1.", DefaultValueFactory = _ => 0.4 };
        Option<int?> turns = new("--turns") { Description = "At most this many turns, in whole episodes; 6000 where no limit is given." };
        Option<int?> episodes = new("--episodes") { Description = "This many episodes." };
        Option<long> seed = new("--seed") { Description = "The same seed gives the same bytes.", DefaultValueFactory = _ => 1 };
        Option<string> template = new("--template") { Description = "The prompt template.", DefaultValueFactory = _ => PromptTemplate.Brief };
        Option<string> parser = new("--parser") { Description = "strict or rl4vlm.", DefaultValueFactory = _ => "strict" };
        Option<int> workers = new("--workers") { Description = "Pictures encoded at once; the bytes do not depend on it.", DefaultValueFactory = _ => 2 };
        Command command = new("collect", "Plays episodes of an environment and writes them as a dataset of episodes.\n\nExample:\n  vlmq collect numberline --policy noisy --turns 6000 --seed 1 --out episodes")
        {
            environment, output, policy, malformed, turns, episodes, seed, template, parser, workers,
        };
        command.Runs(async (parsed, shell, token) =>
        {
            Fault? wrong =
                Invocation.AtLeast("--turns", parsed.GetValue(turns), 1) ?? Invocation.AtLeast("--episodes", parsed.GetValue(episodes), 1)
                ?? Invocation.AtLeast("--workers", parsed.GetValue(workers), 1)
                ?? (parsed.GetValue(malformed) is >= 0 and <= 1 ? null : Fault.Configuration("--malformed must be in 0 … 1"));
            if (wrong is not null)
            {
                return wrong;
            }
            IEnvironment found = EnvironmentCatalog.Find(parsed.GetValue(environment)!).OrThrow();
            CollectStage stage = new()
            {
                Environment = found,
                Policy = ScriptedPolicies.Find(parsed.GetValue(policy)!, parsed.GetValue(malformed)).OrThrow(),
                Template = PromptTemplate.Find(found.Id, parsed.GetValue(template)!).OrThrow(),
                Parser = ActionParser.Find(parsed.GetValue(parser)!).OrThrow(),
                Seed = parsed.GetValue(seed),
                Turns = parsed.GetValue(turns) ?? (parsed.GetValue(episodes) is null ? 6000 : null),
                Episodes = parsed.GetValue(episodes),
                Workers = parsed.GetValue(workers),
            };
            string folder = parsed.GetValue(output)!;
            Result<DatasetManifest> collected;
            await using (IProgressBoard board = shell.Progress())
            {
                collected = await stage.RunAsync("collect", folder, board, token).ConfigureAwait(false);
            }
            return collected.Map(manifest =>
            {
                shell.Result(
                    new { folder, manifest.Episodes, manifest.Turns, manifest.Rows, manifest.Bytes, digest = manifest.ContentDigest() },
                    result => $"{result.Episodes} episodes, {result.Turns} turns, {result.Bytes} bytes in {folder}");
                return ExitCode.Done;
            });
        });
        return command;
    }
}
