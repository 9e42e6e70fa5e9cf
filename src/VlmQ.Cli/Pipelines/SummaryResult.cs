using VlmQ.Collection;

namespace VlmQ.Cli.Pipelines;

/// <summary>One row of <c>summary.json</c>.</summary>
internal sealed record SummaryResult : RolloutSummary
{
    public SummaryResult() { }

    public SummaryResult(RolloutBreakdown played)
        : base(played.Total) => GoalTypes = ByGoalType(played);

    /// <summary>The environment's id.</summary>
    public string Env { get; init; } = "";

    /// <summary>The name of the data set.</summary>
    public string Data { get; init; } = "";

    /// <summary><c>base</c>, <c>sft</c> or <c>afsft</c>.</summary>
    public string Method { get; init; } = "";

    /// <summary>The seed of data and training.</summary>
    public long Seed { get; init; }

    /// <summary><c>greedy</c> or <c>sample</c>.</summary>
    public string Decoding { get; init; } = "";

    /// <summary>The same by goal type.</summary>
    public IReadOnlyDictionary<string, RolloutSummary> GoalTypes { get; init; } = new Dictionary<string, RolloutSummary>();

    /// <summary>CPU seconds of the whole process while training, data stages included.</summary>
    public double TrainCpuSeconds { get; init; }

    /// <summary>Updates.</summary>
    public int TrainSteps { get; init; }
}
