using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Collection.Policies;
using VlmQ.Collection.Remote;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Cli.Commands;

/// <summary>What says who plays in an evaluation: a checkpoint, or the options of a policy.</summary>
internal sealed class PlayerOptions
{
    private const double UsualTemperature = 1;
    private const int UsualReplyLimit = 24;

    private readonly Argument<string?> _checkpoint = new("CHECKPOINT")
    {
        Description = "The folder of a trained model's checkpoint, or of the training that wrote it; or name a --policy.",
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

    /// <summary>Who plays each of some environments.</summary>
    public Result<Players> Of(ParseResult parsed, IEnumerable<IEnvironment> environments) =>
        (parsed.GetValue(_checkpoint), _policies.IsNamed(parsed)) switch
        {
            (null, false) => Fault.Configuration("nobody is named who plays", remedy: "name the folder of a checkpoint, or a --policy"),
            (not null, true) => Fault.Configuration("a checkpoint and a policy are named", "--policy", "name one of them"),
            ({ } folder, _) => OfModel(parsed, CheckpointOf(folder), environments.Count()),
            _ => _policies.Of(parsed).Bind(settings => OfPolicy(parsed, settings, [.. environments])),
        };

    private Result<Players> OfModel(ParseResult parsed, string checkpoint, int environments)
    {
        double temperature = parsed.GetValue(_remote.Temperature) ?? UsualTemperature;
        int replyLimit = parsed.GetValue(_remote.ReplyLimit) ?? UsualReplyLimit;
        Fault? wrong =
            parsed.AtLeast(_remote.ReplyLimit, 1)
            ?? parsed.AtLeast(_threads, 1)
            ?? (temperature is not (> 0 and < double.PositiveInfinity) ? Fault.Configuration("--temperature must be positive") : null);
        if (wrong is not null)
        {
            return wrong;
        }
        return Tokenizers
            .Load(parsed.GetValue(_tokenizer)!)
            .Bind(tokenizer =>
                TrainedModel
                    .Open(checkpoint, tokenizer, parsed.GetValue(_threads))
                    .Map(model => new Players(
                        "Evaluation of " + checkpoint,
                        [.. Enumerable.Repeat(model.Players(temperature, replyLimit), environments)],
                        () =>
                            new JsonObject
                            {
                                ["checkpoint"] = DigestOf(checkpoint),
                                ["tokenizer"] = tokenizer.Digest,
                                ["temperature"] = temperature,
                                ["reply_limit"] = replyLimit,
                            },
                        model
                    ))
            );
    }

    private Result<Players> OfPolicy(ParseResult parsed, PolicySettings settings, ImmutableArray<IEnvironment> environments)
    {
        RemotePolicy? remote = settings.Name == RemoteOptions.PolicyName ? _remote.Of(parsed).OrThrow() : null;
        IPolicy[] policies =
        [
            .. environments.Select(environment => (IPolicy?)remote ?? ScriptedPolicies.Make(settings, environment).OrThrow()),
        ];
        string name = remote?.Name ?? settings.Name;
        Player who = new(name, policies[0]);
        return new Players(
            "Evaluation of " + name,
            [
                .. policies.Select(policy =>
                    ImmutableArray.Create(who with { Policy = policy, Lanes = Math.Max(who.Lanes, remote?.Concurrency ?? 0) })
                ),
            ],
            () => new JsonObject { ["policy"] = name, ["policy_settings"] = remote?.Settings ?? settings.Describe() },
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
    private static string DigestOf(string checkpoint) =>
        Digest.OfValues(
            Directory
                .EnumerateFiles(checkpoint)
                .Where(file => Path.GetFileName(file) is { } name && !name.StartsWith("optimizer", StringComparison.Ordinal))
                .Select(file =>
                {
                    using FileStream bytes = File.OpenRead(file);
                    return KeyValuePair.Create(Path.GetFileName(file), Digest.Of(bytes));
                })
        );
}
