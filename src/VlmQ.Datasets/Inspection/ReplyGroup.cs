using VlmQ.Core.Prompting;

namespace VlmQ.Datasets.Inspection;

/// <summary>The replies of one environment and policy.</summary>
/// <param name="Environment">The environment; empty for transitions, which do not name it.</param>
/// <param name="Policy">The policy; empty for transitions.</param>
/// <param name="Replies">
/// How many named an action, and what was wrong with the others. That can be said where the dataset names the parser that read them and the
/// environment is one of the catalog; otherwise they are counted as unexplained.
/// </param>
public sealed record ReplyGroup(string Environment, string Policy, ReplyCounts Replies)
{
    /// <summary>The same, as tables and files have it.</summary>
    public ReplyFacts Facts =>
        new(
            Environment,
            Policy,
            Replies.Replies,
            Replies.SyntaxAccuracy,
            Replies.SyntaxAccuracyInterval,
            Replies.Failures.ToDictionary(),
            Replies.Unexplained
        );
}
