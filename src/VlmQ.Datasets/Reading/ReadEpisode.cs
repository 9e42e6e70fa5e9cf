using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;

namespace VlmQ.Datasets.Reading;

/// <summary>An episode as read, or why it cannot be.</summary>
/// <param name="Id">Its id; empty where even that is missing.</param>
/// <param name="Episode">The episode, or the fault of its first bad row.</param>
/// <typeparam name="TEpisode">A whole episode in memory.</typeparam>
public readonly record struct ReadEpisode<TEpisode>(string Id, Result<TEpisode> Episode)
{
    /// <summary>The episode's first row in its row group.</summary>
    internal int FirstRow { get; init; }

    /// <summary>All that is wrong with its rows; default where nothing is.</summary>
    internal ImmutableArray<RowBreach> Breaches { get; init; }
}
