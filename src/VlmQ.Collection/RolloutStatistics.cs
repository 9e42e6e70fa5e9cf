using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Core.Statistics;

namespace VlmQ.Collection;

/// <summary>How well episodes went, as sums that can be added up one episode at a time. Rates and means are NaN without episodes;
/// intervals are at 95%.</summary>
public sealed record RolloutStatistics
{
    /// <summary>No episodes yet.</summary>
    public static RolloutStatistics None { get; } = new();

    /// <summary>Episodes counted.</summary>
    public long Episodes { get; private init; }

    /// <summary>Their replies, one a turn.</summary>
    public ReplyCounts Replies { get; private init; } = ReplyCounts.None;

    /// <summary>Episodes that the environment calls a success.</summary>
    public long Successes { get; private init; }

    /// <summary>Episodes that the environment ended itself: on the number line, those that reach the target.</summary>
    public long Terminated { get; private init; }

    /// <summary>Episodes that were cut, by the environment's step limit or the collector's, and are no success.</summary>
    public long Truncated { get; private init; }

    /// <summary>Episodes that the environment ended itself without calling them a success.</summary>
    public long Failed => Episodes - Successes - Truncated;

    /// <summary>Sum of the undiscounted returns.</summary>
    public double TotalReturn { get; private init; }

    /// <summary>The undiscounted returns, one an episode.</summary>
    public Moments Returns { get; private init; }

    /// <summary>The turns, one number an episode.</summary>
    public Moments Lengths { get; private init; }

    /// <summary>Share of episodes that succeeded.</summary>
    public double SuccessRate => (double)Successes / Episodes;

    /// <summary>That share's interval, Wilson's; null without episodes.</summary>
    public Interval? SuccessRateInterval => WilsonScore.Of(Successes, Episodes);

    /// <summary>Share of episodes that the environment ended itself.</summary>
    public double TerminatedRate => (double)Terminated / Episodes;

    /// <summary>Share of replies that parsed to an action.</summary>
    public double SyntaxAccuracy => Replies.SyntaxAccuracy;

    /// <summary>Mean undiscounted return, penalties for replies that did not parse included.</summary>
    public double MeanReturn => TotalReturn / Episodes;

    /// <summary>Mean turns of an episode.</summary>
    public double MeanLength => (double)Replies.Replies / Episodes;

    /// <summary>The statistics of a set of episodes.</summary>
    public static RolloutStatistics Of(IEnumerable<Episode> episodes, ReplyReader? reader = null) =>
        episodes.Aggregate(None, (sum, episode) => sum.Add(episode, reader));

    /// <summary>The statistics with one more episode.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="reader">Says again what is wrong with the replies that did not parse; null: that is not counted.</param>
    public RolloutStatistics Add(Episode episode, ReplyReader? reader = null)
    {
        ReplyCounts replies = Replies;
        foreach (Turn turn in episode.Turns)
        {
            replies = replies.Add(turn.Reply.Text, turn.Action is not null, reader);
        }
        return new()
        {
            Episodes = Episodes + 1,
            Replies = replies,
            Successes = Successes + (episode.Success == true ? 1 : 0),
            Terminated = Terminated + (episode.Turns[^1].Terminated ? 1 : 0),
            Truncated = Truncated + (episode.Ending == EpisodeEnding.Truncated ? 1 : 0),
            TotalReturn = TotalReturn + episode.Return,
            Returns = Returns.Add(episode.Return),
            Lengths = Lengths.Add(episode.Turns.Length),
        };
    }
}
