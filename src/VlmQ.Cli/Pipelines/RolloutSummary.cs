using VlmQ.Collection;
using VlmQ.Core.Statistics;

namespace VlmQ.Cli.Pipelines;

/// <summary>How well episodes went, as tables and files have it. Intervals are at 95%; null where there is too little to have one.</summary>
internal record RolloutSummary
{
    public RolloutSummary() { }

    public RolloutSummary(RolloutStatistics played)
    {
        SuccessRate = played.SuccessRate;
        SuccessRateInterval = played.SuccessRateInterval;
        SyntaxAccuracy = played.SyntaxAccuracy;
        SyntaxAccuracyInterval = played.Replies.SyntaxAccuracyInterval;
        Failures = played.Replies.Failures.ToDictionary();
        MeanReturn = played.MeanReturn;
        MeanReturnInterval = played.Returns.MeanInterval();
        MeanLength = played.MeanLength;
        MeanLengthInterval = played.Lengths.MeanInterval();
        ReachedRate = played.TerminatedRate;
        Endings = new EndingCounts(played.Successes, played.Failed, played.Truncated);
        Replies = played.Replies.Replies;
        Episodes = played.Episodes;
    }

    /// <summary>Share of episodes that succeed by the environment's own definition, 0–1.</summary>
    public double SuccessRate { get; init; }

    /// <summary>Wilson's interval.</summary>
    public Interval? SuccessRateInterval { get; init; }

    /// <summary>Share of replies that parsed to an action, 0–1.</summary>
    public double SyntaxAccuracy { get; init; }

    /// <summary>Wilson's interval.</summary>
    public Interval? SyntaxAccuracyInterval { get; init; }

    /// <summary>The other replies, counted by what was wrong with them.</summary>
    public IReadOnlyDictionary<string, long> Failures { get; init; } = new Dictionary<string, long>();

    /// <summary>Mean undiscounted sum of rewards.</summary>
    public double MeanReturn { get; init; }

    /// <summary>Student's interval over the episodes.</summary>
    public Interval? MeanReturnInterval { get; init; }

    /// <summary>Mean turns of an episode.</summary>
    public double MeanLength { get; init; }

    /// <summary>Student's interval over the episodes.</summary>
    public Interval? MeanLengthInterval { get; init; }

    /// <summary>Share of episodes that the environment ended itself (in NumberLine: the target was reached), 0–1.</summary>
    public double ReachedRate { get; init; }

    /// <summary>How the episodes ended.</summary>
    public EndingCounts Endings { get; init; } = new(0, 0, 0);

    /// <summary>Number of replies.</summary>
    public long Replies { get; init; }

    /// <summary>Number of episodes.</summary>
    public long Episodes { get; init; }

    /// <summary>The summaries of some goal types.</summary>
    protected static IReadOnlyDictionary<string, RolloutSummary> ByGoalType(RolloutBreakdown played) =>
        played.GoalTypes.ToDictionary(pair => pair.Key, pair => new RolloutSummary(pair.Value));
}
