using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Importing;
using VlmQ.Datasets.Importing.Flat;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq import</c>: what other tools wrote becomes a dataset of episodes.</summary>
internal static class ImportCommand
{
    private const string Success = "success";

    public static Command Create()
    {
        Argument<string[]> inputs = new("INPUT")
        {
            Description =
                "JSONL or JSON files of conversations, or Parquet files of flat columns, one row a step; or patterns such as "
                + "'data/**/*.parquet' (quoted), in alphabetical order.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> output = Options.Out("the dataset of episodes");
        Option<string?> format = Options.Maybe<string?>(
            "--format",
            "openai (messages of role and content), llava (conversations of from and value) or parquet; found out without it."
        );
        Option<string?> imageRoot = Options.Maybe<string?>(
            "--image-root",
            "The folder that paths of pictures are relative to, and must not lead out of; without it the folder of the file they stand in."
        );
        Option<string?> map = Options.Maybe<string?>("--map", "For Parquet, the YAML file that says which columns mean what.");
        Option<string?> environment = Options.Maybe<string?>("--env", "The environment of all episodes; without it what each says.");
        Option<string?> policy = Options.Maybe<string?>("--policy", "The policy of all episodes; without it what each says.");
        Option<string?> rewardField = Options.Maybe<string?>(
            "--reward-field",
            "The key of a reply or conversation that holds rewards; without it 'reward' and 'rewards'."
        );
        Option<double?> rewardDefault = Options.Maybe<double?>("--reward-default", "The reward of a turn that has none.");
        Option<string?> finalReward = Options.Maybe<string?>(
            "--final-reward",
            "The reward of the last turn where no turn has one: a number, or 'success' for 1 or 0 as the episode succeeded or not."
        );
        Option<bool> carryImage = new("--carry-image") { Description = "A turn without a picture has the one that was last seen." };
        Option<string?> cut = Options.Maybe<string?>(
            "--cut",
            "What to do with an episode that was cut short and has no final observation: 'terminated' takes it as ended, 'last-turn' takes "
                + "what was seen in its last turn as that observation."
        );
        BatchOptions running = new("Episodes made", "an earlier import of the same files, pictures and options");
        ExampleCommand command = new(
            "import",
            "Makes a dataset of episodes of what other tools wrote: conversations with pictures as JSONL (OpenAI, LLaVA), or Parquet tables "
                + "of steps (Minari, LeRobot). Samples with their settings lie in data/import. What `vlmq dataset export` wrote is read by "
                + "`vlmq dataset import`.",
            "vlmq import data/import/openai/chat.jsonl --out episodes"
        )
        {
            inputs,
            output,
            format,
            imageRoot,
            map,
            environment,
            policy,
            rewardField,
            rewardDefault,
            finalReward,
            carryImage,
            cut,
        };
        running.AddTo(command);
        command.Runs(
            async (parsed, shell, token) =>
            {
                Fault? wrong = running.Check(parsed) ?? Unfinite(parsed.GetValue(rewardDefault));
                if (wrong is not null)
                {
                    return wrong;
                }
                (double? last, bool lastIsSuccess) = FinalReward(parsed.GetValue(finalReward)).OrThrow();
                ImportOptions options = new()
                {
                    Format = FormatOf(parsed.GetValue(format)).OrThrow(),
                    ImageRoot = parsed.GetValue(imageRoot),
                    Map = parsed.GetValue(map) is { } file ? MapOf(file).OrThrow() : null,
                    Environment = parsed.GetValue(environment),
                    Policy = parsed.GetValue(policy),
                    Rewards = new RewardRule
                    {
                        Field = parsed.GetValue(rewardField),
                        Default = parsed.GetValue(rewardDefault),
                        Final = last,
                        FinalIsSuccess = lastIsSuccess,
                    },
                    CarryImage = parsed.GetValue(carryImage),
                    Cut = CutOf(parsed.GetValue(cut)).OrThrow(),
                    Workers = running.Workers(parsed),
                    Writer = running.Writer(parsed),
                };
                ImmutableArray<string> files = InputFiles.Expand(parsed.GetValue(inputs)!).OrThrow();
                string target = parsed.GetValue(output)!;
                if (running.DryRun(parsed))
                {
                    return await PlanAsync(files, options, shell, token).ConfigureAwait(false);
                }
                return Earlier.Refusal(target, running.Resume(parsed)) is { } refusal
                    ? refusal
                    : await ImportAsync(files, target, options, shell, token).ConfigureAwait(false);
            },
            keeps: parsed => !running.DryRun(parsed)
        );
        return command;
    }

    private static async Task<Result<int>> ImportAsync(
        ImmutableArray<string> files,
        string target,
        ImportOptions options,
        Shell shell,
        CancellationToken token
    )
    {
        Result<ImportSummary> imported = await ImportStage
            .RunAsync(shell, monitor => EpisodeImport.RunAsync(files, target, options, monitor, token))
            .ConfigureAwait(false);
        return imported.Map(summary =>
        {
            MadeDataset made = MadeDataset.Of(summary.Folder, summary.Manifest, summary.Format);
            if (summary.FirstReject is { } first)
            {
                shell.Say($"{made.Rejects} rejected, see {Path.Combine(target, Reject.FileName)}; the first: {first.Fault}");
            }
            shell.Result(made, dataset => dataset.Line());
            return ExitCode.Done;
        });
    }

    private static async Task<Result<int>> PlanAsync(
        ImmutableArray<string> files,
        ImportOptions options,
        Shell shell,
        CancellationToken token
    )
    {
        Result<ImportPlan> planned = await ImportStage
            .RunAsync(shell, monitor => EpisodeImport.PlanAsync(files, options, monitor, token))
            .ConfigureAwait(false);
        return planned.Map(plan =>
        {
            foreach (Reject reject in plan.FirstRejects)
            {
                shell.Say(reject.Fault.ToString());
            }
            shell.Result(
                new
                {
                    plan.Format,
                    plan.Episodes,
                    plan.Turns,
                    plan.Rejects,
                    first_rejects = plan.FirstRejects.Select(reject => new { reject.Episode, Fault = reject.Fault.ToString() }),
                },
                _ => $"{plan.Episodes} episodes, {plan.Turns} turns would be imported; {plan.Rejects} rejected"
            );
            return ExitCode.Done;
        });
    }

    private static Result<ColumnMap> MapOf(string file) =>
        YamlDocument.Load(file, "map of columns", "data/import/lerobot/map.yaml").Bind(YamlBinder.Bind<ColumnMap>);

    private static Result<(double? Number, bool IsSuccess)> FinalReward(string? text)
    {
        if (text is null or Success)
        {
            return ((double?)null, text == Success);
        }
        return double.TryParse(text, CultureInfo.InvariantCulture, out double number) && float.IsFinite((float)number)
            ? (number, false)
            : Fault.Configuration($"--final-reward must be a number or '{Success}'; it is '{text}'");
    }

    private static Result<ImportFormat?> FormatOf(string? text) =>
        text switch
        {
            null => new Result<ImportFormat?>.Ok(null),
            "openai" => (ImportFormat?)ImportFormat.Openai,
            "llava" => (ImportFormat?)ImportFormat.Llava,
            "parquet" => (ImportFormat?)ImportFormat.Parquet,
            _ => Fault.Configuration($"--format must be 'openai', 'llava' or 'parquet'; it is '{text}'"),
        };

    private static Result<CutRule?> CutOf(string? text) =>
        text switch
        {
            null => new Result<CutRule?>.Ok(null),
            "terminated" => (CutRule?)CutRule.Terminated,
            "last-turn" => (CutRule?)CutRule.LastTurn,
            _ => Fault.Configuration($"--cut must be 'terminated' or 'last-turn'; it is '{text}'"),
        };

    private static Fault? Unfinite(double? reward) =>
        reward is { } number && !float.IsFinite((float)number) ? Fault.Configuration("--reward-default must be a finite number") : null;
}
