using VlmQ.Core.Statistics;

namespace VlmQ.Core.Prompting;

/// <summary>How many replies named an action, and what was wrong with the others.</summary>
public sealed record ReplyCounts
{
    /// <summary>No replies yet.</summary>
    public static ReplyCounts None { get; } = new();

    /// <summary>Replies counted.</summary>
    public long Replies { get; private init; }

    /// <summary>Those that named no action, by what was wrong with them; those read with no reader are not in it.</summary>
    public FailureTable Failures { get; private init; } = FailureTable.None;

    /// <summary>Replies that named an action.</summary>
    public long Valid { get; private init; }

    /// <summary>Replies that named no action, and of which no reader said what was wrong with them.</summary>
    public long Unexplained => Replies - Valid - Failures.Total;

    /// <summary>Share of replies that named an action; NaN without replies.</summary>
    public double SyntaxAccuracy => (double)Valid / Replies;

    /// <summary>
    /// That share's interval, Wilson's, as though each reply were on its own; those of an episode are not quite, so that it is somewhat too
    /// narrow. Null without replies.
    /// </summary>
    public Interval? SyntaxAccuracyInterval => WilsonScore.Of(Valid, Replies);

    /// <summary>The counts of both.</summary>
    public ReplyCounts Plus(ReplyCounts other) =>
        new()
        {
            Replies = Replies + other.Replies,
            Valid = Valid + other.Valid,
            Failures = Failures.Plus(other.Failures),
        };

    /// <summary>The counts with one more.</summary>
    /// <param name="reply">The reply's text.</param>
    /// <param name="valid">It named an action when it was given.</param>
    /// <param name="reader">Says again what is wrong with it; null: that is not counted.</param>
    public ReplyCounts Add(string reply, bool valid, ReplyReader? reader)
    {
        FailureTable failures = !valid && reader?.Read(reply) is ParsedReply.Invalid invalid ? Failures.Add(invalid.Failure) : Failures;
        return new ReplyCounts
        {
            Replies = Replies + 1,
            Valid = Valid + (valid ? 1 : 0),
            Failures = failures,
        };
    }
}
