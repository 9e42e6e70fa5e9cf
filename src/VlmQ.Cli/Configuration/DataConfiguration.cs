using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using VlmQ.Collection.Policies;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Configuration;

/// <summary>A data set to collect, or a mix of others to train on.</summary>
internal sealed record DataConfiguration
{
    /// <summary>Names its folders and its rows in the summary.</summary>
    [Required, RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]*", ErrorMessage = "must be letters, digits, '.', '_' and '-'")]
    public string Name { get; init; } = "";

    /// <summary>
    /// <c>random</c>, <c>noisy</c>, <c>expert</c>, <c>model</c>, <c>remote</c>, or a mixture such as <c>expert=0.5,noisy=0.5</c>.
    /// </summary>
    public string Policy { get; init; } = "random";

    /// <summary>Share of malformed replies of the noisy policy, 0–1.</summary>
    [Range(0.0, 1.0)]
    public double Malformed { get; init; } = 0.4;

    /// <summary>Kinds of malformed replies with weights, such as <c>cut=3,fence=1</c>; empty for the default.</summary>
    public string Malformations { get; init; } = "";

    /// <summary>Share of random actions of the expert, 0–1.</summary>
    [Range(0.0, 1.0)]
    public double Epsilon { get; init; }

    /// <summary>What a mixture draws a policy for: an <c>episode</c> or a <c>turn</c>.</summary>
    public MixtureUnit MixBy { get; init; }

    /// <summary>The trained model that plays, for the <c>model</c> policy.</summary>
    public PlayerConfiguration? Model { get; init; }

    /// <summary>The model behind an endpoint that plays, for the <c>remote</c> policy.</summary>
    public RemoteConfiguration? Remote { get; init; }

    /// <summary>At most this many turns, in whole episodes.</summary>
    [Range(1, int.MaxValue)]
    public int Turns { get; init; } = 6000;

    /// <summary>What is mixed, window by window; nothing is collected then. Null for a data set that is collected.</summary>
    public ImmutableArray<MixConfiguration>? Mix { get; init; }

    /// <summary>Updates on this data set in place of <c>train.steps</c>.</summary>
    [Range(1, int.MaxValue)]
    public int? Steps { get; init; }

    /// <summary>Who plays.</summary>
    public PolicySettings PolicySettings() =>
        new()
        {
            Name = Policy,
            Malformed = Malformed,
            Malformations = Malformations,
            Epsilon = Epsilon,
            MixBy = MixBy,
        };

    /// <summary>The fault of a mix of nothing, or of what is no earlier data set; null where there is none.</summary>
    /// <param name="earlier">Names of the data sets that come before it and are collected.</param>
    public Fault? CheckMix(IReadOnlyCollection<string> earlier)
    {
        if (Mix is { IsEmpty: true })
        {
            return Fault.Configuration("the mix is empty", $"data '{Name}'", "list `data:` or `path:` with a weight each");
        }
        foreach (MixConfiguration part in Mix ?? [])
        {
            if (part.Data is null == part.Path is null)
            {
                return Fault.Configuration("what is mixed has either `data` or `path`", $"data '{Name}'");
            }
            if (part.Data is { } data && !earlier.Contains(data))
            {
                string known = earlier.Count > 0 ? string.Join(", ", earlier) : "none";
                return Fault.Configuration(
                    $"it mixes '{data}', which is no collected data set before it",
                    $"data '{Name}'",
                    $"before it are: {known}"
                );
            }
            if (part.Data is not null && part.Follow)
            {
                return Fault.Configuration(
                    $"it follows '{part.Data}', which the pipeline collects before it trains",
                    $"data '{Name}'",
                    "leave `follow` out, or name a growing dataset by `path`"
                );
            }
        }
        return null;
    }
}
