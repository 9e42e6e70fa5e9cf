using VlmQ.Collection;

namespace VlmQ.Cli.Pipelines.Evaluation;

/// <summary>One environment, played in one way.</summary>
internal sealed record EvaluationRow : RolloutSummary
{
    public EvaluationRow() { }

    public EvaluationRow(RolloutBreakdown played)
        : base(played.Total) => GoalTypes = ByGoalType(played);

    /// <summary>The environment's id.</summary>
    public string Env { get; init; } = "";

    /// <summary>How a trained model chose its tokens, <c>greedy</c> or <c>sample</c>; null for another policy.</summary>
    public string? Decoding { get; init; }

    /// <summary>The policy's name; null for a trained model.</summary>
    public string? Policy { get; init; }

    /// <summary>Who played.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Player => Decoding ?? Policy ?? "";

    /// <summary>The same by goal type.</summary>
    public IReadOnlyDictionary<string, RolloutSummary> GoalTypes { get; init; } = new Dictionary<string, RolloutSummary>();
}
