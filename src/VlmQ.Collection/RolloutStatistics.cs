using VlmQ.Core.Episodes;

namespace VlmQ.Collection;

/// <summary>How well episodes went, as sums that can be added up one episode at a time. Rates and means are NaN without episodes.</summary>
public sealed record RolloutStatistics
{
    /// <summary>No episodes yet.</summary>
    public static RolloutStatistics None { get; } = new();

    /// <summary>Episodes counted.</summary>
    public long Episodes { get; private init; }

    /// <summary>Turns counted, that is, replies.</summary>
    public long Turns { get; private init; }

    /// <summary>Episodes that the environment calls a success.</summary>
    public long Successes { get; private init; }

    /// <summary>Episodes that the environment ended itself: on the number line, those that reach the target.</summary>
    public long Terminated { get; private init; }

    /// <summary>Replies that parsed to an action.</summary>
    public long ValidReplies { get; private init; }

    /// <summary>Sum of the undiscounted returns.</summary>
    public double TotalReturn { get; private init; }

    /// <summary>Share of episodes that succeeded.</summary>
    public double SuccessRate => (double)Successes / Episodes;

    /// <summary>Share of episodes that the environment ended itself.</summary>
    public double TerminatedRate => (double)Terminated / Episodes;

    /// <summary>Share of replies that parsed to an action.</summary>
    public double SyntaxAccuracy => (double)ValidReplies / Turns;

    /// <summary>Mean undiscounted return, penalties for replies that did not parse included.</summary>
    public double MeanReturn => TotalReturn / Episodes;

    /// <summary>Mean turns of an episode.</summary>
    public double MeanLength => (double)Turns / Episodes;

    /// <summary>The statistics of a set of episodes.</summary>
    public static RolloutStatistics Of(IEnumerable<Episode> episodes) => episodes.Aggregate(None, (sum, episode) => sum.Add(episode));

    /// <summary>The statistics with one more episode.</summary>
    public RolloutStatistics Add(Episode episode) =>
        new()
        {
            Episodes = Episodes + 1,
            Turns = Turns + episode.Turns.Length,
            Successes = Successes + (episode.Success == true ? 1 : 0),
            Terminated = Terminated + (episode.Turns[^1].Terminated ? 1 : 0),
            ValidReplies = ValidReplies + episode.Turns.Count(turn => turn.Action is not null),
            TotalReturn = TotalReturn + episode.Return,
        };
}
