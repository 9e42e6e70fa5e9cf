using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Collection;
using VlmQ.Core.Environments;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>What a dataset of collected episodes says of itself, so that a folder made otherwise can be told what is different.</summary>
internal sealed record EpisodesHeader
{
    public required IEnvironment Environment { get; init; }

    /// <summary>The policy's name.</summary>
    public required string Policy { get; init; }

    /// <summary>What of its settings is not as by default; empty where all is.</summary>
    public string PolicySettings { get; init; } = "";

    public required long Seed { get; init; }

    /// <summary>How replies were read.</summary>
    public ReplyRules Replies { get; init; } = new();

    /// <summary>What the policy saw.</summary>
    public ObservationKind Observations { get; init; } = ObservationKind.Image;

    /// <summary>Where collecting ends; null where nothing but the player ends it.</summary>
    public string? Limit { get; init; }

    /// <summary>How observations became prompts; null where there were none.</summary>
    public PromptTemplate? Template { get; init; }

    public DatasetHeader Make()
    {
        ImmutableSortedDictionary<string, string> properties = Properties();
        ImmutableSortedDictionary<string, string> digested = properties;
        digested = Limit is null ? digested : digested.Add("limit", Limit);
        digested = Template is null ? digested : digested.Add(DigestNames.Template, Template.Digest);
        return new DatasetHeader
        {
            Title = $"Episodes of {Environment.Id}",
            Digests = digested.ToImmutableSortedDictionary(pair => pair.Key, pair => Digest.Of(pair.Value), StringComparer.Ordinal),
            Properties = properties,
        };
    }

    private ImmutableSortedDictionary<string, string> Properties()
    {
        ImmutableSortedDictionary<string, string> properties = ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal,
            [
                KeyValuePair.Create("environment", Environment.Id),
                KeyValuePair.Create("policy", Policy),
                KeyValuePair.Create("seed", Seed.ToString(CultureInfo.InvariantCulture)),
                KeyValuePair.Create("parser", Replies.Parser.Name),
                KeyValuePair.Create("invalid_reply_reward", Replies.Penalty.ToString(CultureInfo.InvariantCulture)),
            ]
        );
        // What is as by default stays unsaid.
        if (Replies.Invalid != InvalidReplyRule.NoOp)
        {
            properties = properties.Add(InvalidReply.PropertyName, InvalidReply.NameOf(Replies.Invalid));
        }
        if (PolicySettings.Length > 0)
        {
            properties = properties.Add("policy_settings", PolicySettings);
        }
        return Observations == ObservationKind.Image
            ? properties
            : properties.Add(Core.Environments.Observations.PropertyName, Core.Environments.Observations.NameOf(Observations));
    }
}
