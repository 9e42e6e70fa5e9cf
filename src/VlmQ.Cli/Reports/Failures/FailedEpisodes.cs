using System.Collections.Immutable;
using VlmQ.Cli.Pipelines.Evaluation;

namespace VlmQ.Cli.Reports.Failures;

/// <summary>How one environment was played in one way, and the worst episodes of that.</summary>
/// <param name="Row">The numbers.</param>
/// <param name="Worst">Episodes that did not succeed, worst first.</param>
internal sealed record FailedEpisodes(EvaluationRow Row, ImmutableArray<FailedEpisode> Worst)
{
    /// <summary>How many episodes did not succeed.</summary>
    public long Count => Row.Endings.Failed + Row.Endings.Truncated;

    /// <summary>How many of them are not shown.</summary>
    public long LeftOut => Count - Worst.Length;
}
