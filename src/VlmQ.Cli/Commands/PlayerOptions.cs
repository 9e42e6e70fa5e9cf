using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Evaluation;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary>What says who plays in an evaluation: a checkpoint, or the options of a policy.</summary>
internal sealed class PlayerOptions
{
    private static readonly PlayerConfiguration Usual = new();

    private readonly Argument<string?> _checkpoint = new("CHECKPOINT")
    {
        Description =
            "The folder of a trained model's checkpoint, of the training that wrote it, or of a run: then every model of the run "
            + "plays, and what is left out is as the run has it. Or name a --policy.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly PolicyOptions _policies = new();

    public void AddTo(Command command)
    {
        _checkpoint.Validators.Add(RefuseOption);
        command.Add(_checkpoint);
        _policies.AddTo(command);
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
            _ => OfPolicy(parsed, environments),
        };

    private Result<Players> OfModels(ParseResult parsed, string folder, int environments, FinishedRun? run)
    {
        ModelOptions options = _policies.Models;
        double temperature = options.Temperature(parsed) ?? run?.Configuration.Evaluate.Temperature ?? Usual.Temperature;
        int replyLimit = options.ReplyLimit(parsed) ?? run?.Configuration.Convert.ReplyLimit ?? Usual.ReplyLimit;
        int threads = options.Threads(parsed);
        Fault? wrong =
            options.Check(parsed, samples: false)
            ?? (temperature is not (> 0 and < double.PositiveInfinity) ? Fault.Configuration("--temperature must be positive") : null);
        if (wrong is not null)
        {
            return wrong;
        }
        return Tokenizers
            .Load(options.Tokenizer(parsed, run?.Configuration.Convert.Tokenizer))
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
                            ["models"] = new JsonObject(
                                models.Select(model =>
                                    KeyValuePair.Create(model.Name ?? "model", (JsonNode?)TrainedModel.DigestOf(model.Checkpoint))
                                )
                            ),
                            ["tokenizer"] = tokenizer.Digest,
                            ["temperature"] = temperature,
                            ["reply_limit"] = replyLimit,
                        }
                );
            });
    }

    private Result<Players> OfPolicy(ParseResult parsed, ImmutableArray<IEnvironment> environments) =>
        _policies
            .Of(parsed, environments)
            .Map(looked =>
            {
                // Looked at before anything is written; models and connections are held only when they are to play.
                using ChosenPolicy who = looked;
                (string name, string described) = (who.Name, who.Settings);
                return new Players(
                    "Evaluation of " + name,
                    [new PlayerSource(null, [name], () => _policies.Of(parsed, environments).Map(Opened))],
                    () => new JsonObject { ["policy"] = name, ["policy_settings"] = described }
                );
            });

    private static OpenedPlayers Opened(ChosenPolicy who) =>
        new([.. who.OfEach.Select(policy => ImmutableArray.Create(new Player(who.Name, policy)))], who);

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
}
