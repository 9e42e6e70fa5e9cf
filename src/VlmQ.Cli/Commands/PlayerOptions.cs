using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Evaluation;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Collection.Policies;
using VlmQ.Collection.Remote;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage;

namespace VlmQ.Cli.Commands;

/// <summary>What says who plays in an evaluation: a checkpoint, or the options of a policy.</summary>
internal sealed class PlayerOptions
{
    private const double UsualTemperature = 1;
    private const int UsualReplyLimit = 24;

    private readonly Argument<string?> _checkpoint = new("CHECKPOINT")
    {
        Description =
            "The folder of a trained model's checkpoint, of the training that wrote it, or of a run: then every model of the run "
            + "plays, and what is left out is as the run has it. Or name a --policy.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly PolicyOptions _policies = new();

    private readonly RemoteOptions _remote = new(
        "Sampling temperature: 1 without it, or a remote model's own.",
        $"Most tokens of a model's reply: {UsualReplyLimit} without it, or {RemoteOptions.UsualReplyLimit} of a remote one."
    );

    private readonly Option<string> _tokenizer = Options.Tokenizer();
    private readonly Option<int> _threads = Options.Threads();

    public void AddTo(Command command)
    {
        _checkpoint.Validators.Add(RefuseOption);
        command.Add(_checkpoint);
        _policies.AddTo(command);
        _remote.AddTo(command);
        command.Add(_tokenizer);
        command.Add(_threads);
    }

    /// <summary>The run whose folder is named in the place of a checkpoint; null where none is.</summary>
    public FinishedRun? RunOf(ParseResult parsed) =>
        parsed.GetValue(_checkpoint) is { } folder ? FinishedRun.Find(folder)?.OrThrow() : null;

    /// <summary>Who plays some environments.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="environments">The environments.</param>
    /// <param name="run">What <see cref="RunOf"/> gave.</param>
    public Result<Players> Of(ParseResult parsed, ImmutableArray<IEnvironment> environments, FinishedRun? run) =>
        (parsed.GetValue(_checkpoint), _policies.IsNamed(parsed)) switch
        {
            (null, false) => Fault.Configuration("nobody is named who plays", remedy: "name the folder of a checkpoint, or a --policy"),
            (not null, true) => Fault.Configuration("a checkpoint and a policy are named", "--policy", "name one of them"),
            ({ } folder, _) => OfModels(parsed, folder, environments.Length, run),
            _ => _policies.Of(parsed).Bind(settings => OfPolicy(parsed, settings, environments)),
        };

    private Result<Players> OfModels(ParseResult parsed, string folder, int environments, FinishedRun? run)
    {
        double temperature = parsed.GetValue(_remote.Temperature) ?? run?.Configuration.Evaluate.Temperature ?? UsualTemperature;
        int replyLimit = parsed.GetValue(_remote.ReplyLimit) ?? run?.Configuration.Convert.ReplyLimit ?? UsualReplyLimit;
        int threads = parsed.GetValue(_threads);
        Fault? wrong =
            parsed.AtLeast(_remote.ReplyLimit, 1)
            ?? parsed.AtLeast(_threads, 1)
            ?? (temperature is not (> 0 and < double.PositiveInfinity) ? Fault.Configuration("--temperature must be positive") : null);
        if (wrong is not null)
        {
            return wrong;
        }
        return Tokenizers
            .Load(parsed.ValueOr(_tokenizer, run?.Configuration.Convert.Tokenizer))
            .Bind<Players>(tokenizer =>
            {
                ImmutableArray<(string? Name, string Checkpoint, long? Seed)> models = run is null
                    ? [(null, CheckpointOf(folder), null)]
                    : [.. run.Models.Select(model => ((string?)model.Name, model.Checkpoint, (long?)model.Seed))];
                if (
                    models.Select(model => TrainedModel.Check(model.Checkpoint, tokenizer)).FirstOrDefault(found => found is not null) is
                    { } fault
                )
                {
                    return fault;
                }
                return new Players(
                    "Evaluation of " + folder,
                    [
                        .. models.Select(model => new PlayerSource(
                            model.Name,
                            TrainedModel.Ways,
                            () =>
                                TrainedModel
                                    .Open(model.Checkpoint, tokenizer, threads)
                                    .Map(opened => new OpenedPlayers(
                                        [.. Enumerable.Repeat(opened.Players(temperature, replyLimit), environments)],
                                        opened
                                    ))
                        )
                        {
                            Seed = model.Seed,
                        }),
                    ],
                    () =>
                        new JsonObject
                        {
                            ["models"] = new JsonObject(models.Select(model => DigestOf(model.Name, model.Checkpoint))),
                            ["tokenizer"] = tokenizer.Digest,
                            ["temperature"] = temperature,
                            ["reply_limit"] = replyLimit,
                        }
                );
            });
    }

    private Result<Players> OfPolicy(ParseResult parsed, PolicySettings settings, ImmutableArray<IEnvironment> environments)
    {
        // Looked at before anything is written; the endpoint's connections are opened only when it is to play.
        using RemotePolicy? remote = settings.Name == RemoteOptions.PolicyName ? _remote.Of(parsed).OrThrow() : null;
        string name = remote?.Name ?? settings.Name;
        if (remote is null)
        {
            foreach (IEnvironment environment in environments)
            {
                ScriptedPolicies.Make(settings, environment).OrThrow();
            }
        }
        string described = remote?.Settings ?? settings.Describe();
        return new Players(
            "Evaluation of " + name,
            [new PlayerSource(null, [name], () => Open(parsed, settings, name, environments))],
            () => new JsonObject { ["policy"] = name, ["policy_settings"] = described }
        );
    }

    private Result<OpenedPlayers> Open(ParseResult parsed, PolicySettings settings, string name, ImmutableArray<IEnvironment> environments)
    {
        RemotePolicy? remote = settings.Name == RemoteOptions.PolicyName ? _remote.Of(parsed).OrThrow() : null;
        return new OpenedPlayers(
            [
                .. environments.Select(environment =>
                {
                    Player player = new(name, (IPolicy?)remote ?? ScriptedPolicies.Make(settings, environment).OrThrow());
                    return ImmutableArray.Create(player with { Lanes = Math.Max(player.Lanes, remote?.Concurrency ?? 0) });
                }),
            ],
            remote
        );
    }

    // Without this a wrong name of an option would pass for a folder.
    private static void RefuseOption(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: { } value }] && value.StartsWith("--", StringComparison.Ordinal))
        {
            result.AddError($"'{value}' is no folder");
        }
    }

    // What training writes holds its checkpoint in a folder of its own.
    private static string CheckpointOf(string folder)
    {
        string inside = Path.Combine(folder, TrainStage.CheckpointName);
        return Directory.Exists(inside) ? inside : folder;
    }

    /// <summary>The digest of what a model is: its weights, adapters and sizes.</summary>
    private static KeyValuePair<string, JsonNode?> DigestOf(string? name, string checkpoint) =>
        new(
            name ?? "model",
            Digest.OfValues(
                Directory
                    .EnumerateFiles(checkpoint)
                    .Where(file => !Path.GetFileName(file).StartsWith("optimizer", StringComparison.Ordinal))
                    .Select(file =>
                    {
                        using FileStream bytes = File.OpenRead(file);
                        return KeyValuePair.Create(Path.GetFileName(file), Digest.Of(bytes));
                    })
            )
        );
}
