using System.Collections.Immutable;
using VlmQ.Datasets.Importing.Pictures;

namespace VlmQ.Datasets.Importing;

/// <summary>An episode as its source tells it: rewards may be missing, pictures are still elsewhere, the end may be untold.</summary>
internal sealed record EpisodeDraft
{
    /// <summary>Where it is written.</summary>
    public required string Where { get; init; }

    /// <summary>Its own id, or one made of its place.</summary>
    public required string Id { get; init; }

    public string? Environment { get; init; }

    public string? Policy { get; init; }

    public long Seed { get; init; }

    public bool? Success { get; init; }

    /// <summary>At least one.</summary>
    public required ImmutableArray<DraftTurn> Turns { get; init; }

    /// <summary>What was seen after the last turn.</summary>
    public DraftObservation? Final { get; init; }

    /// <summary>The one reward of the whole.</summary>
    public double? EndReward { get; init; }

    public bool? Terminated { get; init; }

    public bool? Truncated { get; init; }

    /// <summary>A turn without a picture has the one that was last seen, whatever the options say.</summary>
    public bool CarriesImage { get; init; }

    /// <summary>How such a source gives rewards, for the fault of one that does not.</summary>
    public required string GiveRewards { get; init; }
}
