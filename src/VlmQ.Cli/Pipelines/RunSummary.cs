using System.Collections.Immutable;

namespace VlmQ.Cli.Pipelines;

/// <summary>What <c>summary.json</c> holds.</summary>
/// <param name="Results">How the models played.</param>
/// <param name="Collected">What was replied in the data that the run collected itself, a row for each data set and seed.</param>
internal sealed record RunSummary(ImmutableArray<SummaryResult> Results, ImmutableArray<CollectedReplies> Collected);
