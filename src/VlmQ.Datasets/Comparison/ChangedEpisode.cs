using System.Collections.Immutable;

namespace VlmQ.Datasets.Comparison;

/// <summary>An episode that two datasets hold differently.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Columns">The columns that differ.</param>
public sealed record ChangedEpisode(string Id, ImmutableArray<string> Columns);
