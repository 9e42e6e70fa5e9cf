using System.Collections.Immutable;
using VlmQ.Cli.Reports.Failures;
using VlmQ.Collection;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>How an evaluation went.</summary>
/// <param name="Player">Who played.</param>
/// <param name="Played">The statistics.</param>
/// <param name="Worst">Episodes that did not succeed, worst first, as many as were asked for.</param>
internal sealed record Evaluated(Player Player, RolloutBreakdown Played, ImmutableArray<FailedEpisode> Worst);
