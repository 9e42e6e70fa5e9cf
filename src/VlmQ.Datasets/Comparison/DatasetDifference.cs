using System.Collections.Immutable;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Comparison;

/// <summary>How two datasets differ, by episode id.</summary>
/// <param name="Left">The first one's manifest.</param>
/// <param name="Right">The second one's manifest.</param>
/// <param name="Same">Episodes that both hold, with equal values.</param>
/// <param name="Changed">Episodes that both hold, with different values.</param>
/// <param name="OnlyLeft">Episodes that only the first holds.</param>
/// <param name="OnlyRight">Episodes that only the second holds.</param>
/// <param name="SameOrder">The episodes that both hold come in the same order.</param>
/// <param name="ChangedEpisodes">The first of the changed ones.</param>
/// <param name="OnlyLeftEpisodes">Ids of the first of those.</param>
/// <param name="OnlyRightEpisodes">Ids of the first of those.</param>
public sealed record DatasetDifference(
    DatasetManifest Left,
    DatasetManifest Right,
    long Same,
    long Changed,
    long OnlyLeft,
    long OnlyRight,
    bool SameOrder,
    ImmutableArray<ChangedEpisode> ChangedEpisodes,
    ImmutableArray<string> OnlyLeftEpisodes,
    ImmutableArray<string> OnlyRightEpisodes
)
{
    /// <summary>True when both hold the same episodes in the same order, however they are cut into parts.</summary>
    public bool Equal => Changed == 0 && OnlyLeft == 0 && OnlyRight == 0 && SameOrder;
}
