using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Evaluation;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Reports;
using VlmQ.Cli.Reports.Failures;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq eval</c>: says how well a trained model, or any other policy, plays.</summary>
internal static class EvalCommand
{
    private const int MostFailures = 1000;

    private static readonly string[] Heads = ["environment", "policy"];

    public static Command Create()
    {
        PlayerOptions players = new();
        Option<string[]> environments = new("--env")
        {
            Description =
                EnvironmentOption.Description + " Several with commas, or --env again; a run's own environment where none is named.",
            HelpName = "ENVIRONMENT",
        };
        Option<int> episodes = Options.Of("--episodes", "Episodes to play in each environment.", 1000);
        Option<int> greedyEpisodes = Options.Of(
            "--greedy-episodes",
            "Episodes of greedy play where the states that an environment can start in cannot be listed.",
            200
        );
        Option<string?> output = Options.Maybe<string>(
            "--out",
            "A folder for summary.json and failures/report.html, the episodes that did not succeed; one that an interrupted evaluation left "
                + "is gone on with."
        );
        output.HelpName = "DIR";
        output.Validators.Add(Options.RefuseRemote);
        Option<int> failures = Options.Of("--failures", "Most episodes in failures/report.html, the worst ones; the rest are counted.", 50);
        PromptOptions prompts = new();
        ReplyOptions replies = new();
        Option<string> observations = Options.Observations();
        Option<long?> seed = Options.Maybe<long?>("--seed", "Seed of episodes and sampling: 1 without it, or for a run's model its own.");
        ExampleCommand command = new(
            "eval",
            "Plays episodes with a trained model, greedily and by sampling, or with another policy, and says how they went, in all and by goal "
                + "type, with 95% intervals. Greedy play starts once from each state that an environment can start in, where those can be "
                + "listed.",
            "vlmq eval model/checkpoint --env numberline --env blackjack --episodes 1000 --out evaluation"
        )
        {
            environments,
            episodes,
            greedyEpisodes,
            output,
            failures,
            observations,
            seed,
        };
        players.AddTo(command);
        prompts.AddTo(command);
        replies.AddTo(command);
        command.Runs(
            async (parsed, shell, token) =>
            {
                Fault? wrong =
                    parsed.AtLeast(episodes, 1)
                    ?? parsed.AtLeast(greedyEpisodes, 1)
                    ?? parsed.AtLeast(failures, 0)
                    ?? parsed.AtMost(failures, MostFailures);
                if (wrong is not null)
                {
                    return wrong;
                }
                FinishedRun? ran = players.RunOf(parsed);
                PipelineConfiguration? usual = ran?.Configuration;
                ImmutableArray<IEnvironment> found = EnvironmentsOf(parsed.GetValue(environments), usual);
                NamedModel? model = players.Model(parsed, ran).OrThrow();
                PromptSource prompt = prompts.Of(parsed, usual?.Convert, model).OrThrow();
                EvaluateConfiguration evaluate = new()
                {
                    Episodes = parsed.ValueOr(episodes, usual?.Evaluate.Episodes),
                    GreedyEpisodes = parsed.ValueOr(greedyEpisodes, usual?.Evaluate.GreedyEpisodes),
                };
                ReplyRules rules = replies.Of(parsed, usual?.Replies).OrThrow();
                string shown = parsed.ValueOr(observations, usual is null ? null : Observations.NameOf(usual.Observations));
                ObservationKind kind = Observations.Find(shown).OrThrow();
                Players who = players.Of(parsed, model, found, rules.Parser, ran).OrThrow();
                EvaluationRun run = new()
                {
                    Stages =
                    [
                        .. found.Select(environment => new EvaluateStage
                        {
                            Environment = environment,
                            Template = prompt.For(environment.Id).OrThrow(),
                            Evaluate = evaluate,
                            Observations = kind,
                            Replies = rules,
                            Seed = 0,
                        }),
                    ],
                    Sources = who.Sources,
                    Seed = parsed.GetValue(seed),
                    Failures = parsed.GetValue(output) is null ? 0 : parsed.GetValue(failures),
                };
                if (parsed.GetValue(output) is { } folder)
                {
                    run = run with { Folder = EvaluationFolder.Open(folder, run.Settings(who.Settings()), run.OfEnvironments()).OrThrow() };
                }
                Result<ImmutableArray<FailedEpisodes>> played;
                await using (IProgressBoard board = shell.Progress())
                {
                    played = await run.RunAsync(board, token).ConfigureAwait(false);
                }
                return played.Map(all => Finish(shell, run.Folder, who.Title, all));
            },
            keeps: parsed => parsed.GetValue(output) is not null
        );
        return command;
    }

    private static ImmutableArray<IEnvironment> EnvironmentsOf(string[]? names, PipelineConfiguration? usual)
    {
        string[] named =
            names is { Length: > 0 } ? [.. names.SelectMany(each => each.Split(',', StringSplitOptions.TrimEntries))]
            : usual is not null ? [usual.Environment]
            : throw new FaultException(Fault.Configuration("no environment is named", "--env", "name one; `vlmq env list` lists them"));
        ImmutableArray<IEnvironment> found = [.. named.Select(name => EnvironmentCatalog.Find(name).OrThrow())];
        return found.GroupBy(environment => environment.Id).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new FaultException(Fault.Configuration($"{twice.Key} is named twice", "--env"))
            : found;
    }

    private static int Finish(Shell shell, EvaluationFolder? folder, string title, ImmutableArray<FailedEpisodes> all)
    {
        var summary = new
        {
            results = all.Select(one => one.Row),
            failed_episodes = folder is null
                ? null
                : new
                {
                    count = all.Sum(one => one.Count),
                    left_out = all.Sum(one => one.LeftOut),
                    report = folder.Report,
                },
        };
        folder?.Finish(summary, title, all);
        shell.Result(summary, _ => Text(folder, all));
        return ExitCode.Done;
    }

    private static string Text(EvaluationFolder? folder, ImmutableArray<FailedEpisodes> all)
    {
        (string[] Words, RolloutSummary Row)[] rows = [.. all.Select(one => (Words(one), (RolloutSummary)one.Row))];
        string tables =
            TextTable.Render([.. Heads, "goal type", .. RolloutTables.CellHeads], [.. all.SelectMany(Lines)])
            + RolloutTables.Failures(Heads, rows)
            + RolloutTables.Endings(Heads, rows);
        long leftOut = all.Sum(one => one.LeftOut);
        return folder is null
            ? tables
            : tables
                + NumberText.Of($"\n{all.Sum(one => one.Count) - leftOut:n0} episodes that did not succeed, worst first: {folder.Report}")
                + (leftOut > 0 ? NumberText.Of($"; {leftOut:n0} others are left out (--failures)") : "");
    }

    private static string[] Words(FailedEpisodes one) => [one.Row.Env, one.Row.Player];

    private static IEnumerable<IReadOnlyList<string>> Lines(FailedEpisodes one) =>
        one
            .Row.GoalTypes.Select(pair => (pair.Key, pair.Value))
            .Prepend(("all", one.Row))
            .Select(row => (IReadOnlyList<string>)[.. Words(one), row.Item1, .. RolloutTables.Cells(row.Item2)]);
}
