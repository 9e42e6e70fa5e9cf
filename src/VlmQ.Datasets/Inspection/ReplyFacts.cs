using VlmQ.Core.Statistics;

namespace VlmQ.Datasets.Inspection;

/// <summary>The replies of one environment and policy, as tables and files have them.</summary>
/// <param name="Environment">The environment; empty for transitions, which do not name it.</param>
/// <param name="Policy">The policy; empty for transitions.</param>
/// <param name="Replies">Replies.</param>
/// <param name="SyntaxAccuracy">Share of replies that named an action, 0–1.</param>
/// <param name="SyntaxAccuracyInterval">That share's interval at 95%, Wilson's.</param>
/// <param name="Failures">The other replies by what was wrong with them, the most frequent kind first.</param>
/// <param name="Unexplained">Replies that named no action, of which it is not known why.</param>
public sealed record ReplyFacts(
    string Environment,
    string Policy,
    long Replies,
    double SyntaxAccuracy,
    Interval? SyntaxAccuracyInterval,
    IReadOnlyDictionary<string, long> Failures,
    long Unexplained
);
