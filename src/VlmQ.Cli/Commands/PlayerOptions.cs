using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Evaluation;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Cli.Commands;

/// <summary>What says who plays in an evaluation: a checkpoint, a run, a model, or the options of a policy.</summary>
internal sealed class PlayerOptions
{
    private readonly Argument<string?> _checkpoint = new("CHECKPOINT")
    {
        Description =
            "The folder of a trained model's checkpoint, of the training that wrote it, or of a run: then every model of the run "
            + "plays, and what is left out is as the run has it. Or name a --model or a --policy.",
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

    /// <summary>The model that plays, the first of a run; null where none of this machine does.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">What <see cref="RunOf"/> gave.</param>
    /// <returns>Or the fault of a command line that names nobody, or two.</returns>
    public Result<NamedModel?> Model(ParseResult parsed, FinishedRun? run) =>
        (parsed.GetValue(_checkpoint), _policies.IsNamed(parsed), _policies.Models.Model(parsed)) switch
        {
            (null, false, null) => Fault.Configuration(
                "nobody is named who plays",
                remedy: "name the folder of a checkpoint, a --model, or a --policy"
            ),
            (not null, true, _) => Fault.Configuration("a checkpoint and a policy are named", "--policy", "name one of them"),
            (not null, _, not null) => Fault.Configuration("a checkpoint and a model are named", "--model", "name one of them"),
            ({ } folder, _, _) => (_policies.Models.Check(parsed, samples: true) ?? _policies.PassedOver(parsed, NamedPolicies.Model))
                is { } wrong
                ? wrong
                : Trained(run?.Models[0].Checkpoint ?? ModelPlaces.CheckpointIn(folder)).Map(model => (NamedModel?)model),
            _ => _policies.Model(parsed),
        };

    /// <summary>Who plays some environments.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">What <see cref="Model"/> said.</param>
    /// <param name="environments">The environments.</param>
    /// <param name="parser">How replies are read.</param>
    /// <param name="run">What <see cref="RunOf"/> gave.</param>
    public Result<Players> Of(
        ParseResult parsed,
        NamedModel? model,
        ImmutableArray<IEnvironment> environments,
        ActionParser parser,
        FinishedRun? run
    ) =>
        model is null || _policies.IsNamed(parsed)
            ? OfPolicy(parsed, environments, parser)
            : OfModels(parsed, model, environments.Length, parser, run);

    private static Result<NamedModel> Trained(string checkpoint) =>
        TrainedModel.CheckFolder(checkpoint) is { } fault ? fault : NamedModel.Find(checkpoint);

    private Result<Players> OfModels(ParseResult parsed, NamedModel named, int environments, ActionParser parser, FinishedRun? run)
    {
        ModelOptions options = _policies.Models;
        PlayerConfiguration player = options.Of(parsed, named.Folder, run?.Configuration).OrThrow();
        TextTokenizer tokenizer = named.OpenTokenizer(options.Tokenizer(parsed) ?? run?.Configuration.Convert.Tokenizer).OrThrow();
        Computing computing = options.Computing(parsed);
        ImmutableArray<(string? Name, NamedModel Model, long? Seed)> models = run is null
            ? [(null, named, null)]
            : [.. run.Models.Select(model => ((string?)model.Name, Trained(model.Checkpoint).OrThrow(), (long?)model.Seed))];
        if (models.Select(model => TrainedModel.Check(model.Model, tokenizer)).FirstOrDefault(found => found is not null) is { } fault)
        {
            return fault;
        }
        return new Players(
            "Evaluation of " + (parsed.GetValue(_checkpoint) ?? named.Folder),
            [
                .. models.Select(model => new PlayerSource(model.Name, TrainedModel.Ways(player.Greedy), () => Open(model.Model))
                {
                    Seed = model.Seed,
                }),
            ],
            () =>
                new JsonObject
                {
                    ["models"] = new JsonObject(
                        models.Select(model => KeyValuePair.Create(model.Name ?? "model", (JsonNode?)model.Model.Digest))
                    ),
                    ["tokenizer"] = tokenizer.Digest,
                    ["decoding"] = player.Describe(),
                }
        );

        Result<OpenedPlayers> Open(NamedModel model) =>
            TrainedModel
                .Open(model, tokenizer, computing)
                .Map(opened => new OpenedPlayers(
                    [.. Enumerable.Repeat(opened.Players(player, player.ReplyLimit, parser, player.Greedy), environments)],
                    opened
                ));
    }

    private Result<Players> OfPolicy(ParseResult parsed, ImmutableArray<IEnvironment> environments, ActionParser parser) =>
        // Looked at before anything is written; models and connections are held only when they are to play.
        _policies
            .Look(parsed, environments, parser)
            .Map(looked =>
            {
                using ChosenPolicy who = looked;
                string name = who.Name;
                return new Players(
                    "Evaluation of " + name,
                    [new PlayerSource(null, [name], () => _policies.Of(parsed, environments, parser).Map(Opened))],
                    () => new JsonObject { ["policy"] = name, ["policy_settings"] = looked.Settings }
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
}
