namespace VlmQ.Cli.Pipelines;

/// <summary>How episodes ended.</summary>
/// <param name="Succeeded">The environment calls them a success.</param>
/// <param name="Failed">The environment ended them, and they are none.</param>
/// <param name="Truncated">They were cut, and are none.</param>
internal sealed record EndingCounts(long Succeeded, long Failed, long Truncated);
