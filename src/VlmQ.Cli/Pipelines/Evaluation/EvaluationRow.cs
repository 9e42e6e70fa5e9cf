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

    /// <summary>Which of a run's models; null where there is only one.</summary>
    public string? Model { get; init; }

    /// <summary>How a trained model chose its tokens, <c>greedy</c> or <c>sample</c>; null for another policy.</summary>
    public string? Decoding { get; init; }

    /// <summary>The policy's name; null for a trained model.</summary>
    public string? Policy { get; init; }

    /// <summary>Who played.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Player => NameOf(Model, Decoding ?? Policy ?? "");

    /// <summary>What tables call a way of playing.</summary>
    public static string NameOf(string? model, string way) => model is null ? way : $"{model}, {way}";

    /// <summary>The same by goal type.</summary>
    public IReadOnlyDictionary<string, RolloutSummary> GoalTypes { get; init; } = new Dictionary<string, RolloutSummary>();
}
