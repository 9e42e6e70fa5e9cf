using System.Collections.Immutable;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Reading;

/// <summary>A row group as read, or why it cannot be.</summary>
/// <param name="Group">The row group in the part, from 0; −1 where the part cannot even be opened.</param>
/// <param name="FirstRow">The part's row that it begins with.</param>
/// <param name="Rows">Its rows; where the part cannot be opened, as many as the manifest says, less those found before.</param>
/// <param name="Episodes">Its episodes, or the fault of bytes that are no row group.</param>
/// <param name="UnreadableColumn">The column in which reading failed, where it came to one.</param>
/// <typeparam name="TEpisode">A whole episode in memory.</typeparam>
internal readonly record struct ReadGroup<TEpisode>(
    int Group,
    long FirstRow,
    long Rows,
    Result<ImmutableArray<ReadEpisode<TEpisode>>> Episodes,
    string? UnreadableColumn = null
)
{
    /// <summary>Bytes that it takes in its part.</summary>
    public long Bytes { get; init; }
}
