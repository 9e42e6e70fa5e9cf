using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;

namespace VlmQ.Collection;

/// <summary>The action in the place of one that a reply does not name.</summary>
public static class InvalidReply
{
    /// <summary>The property of a dataset's manifest that names the rule; without it, <see cref="InvalidReplyRule.NoOp"/>.</summary>
    public const string PropertyName = "invalid_replies";

    /// <summary>
    /// A function of the rule, the episode's recorded seed and the turn alone, so that a dataset, which holds no action for such a turn,
    /// can be stepped again.
    /// </summary>
    /// <returns>One of the actions; null for none.</returns>
    public static string? ActionOf(InvalidReplyRule rule, long episodeSeed, int turn, ImmutableArray<string> actions) =>
        rule switch
        {
            InvalidReplyRule.NoOp => null,
            InvalidReplyRule.Random => actions[RandomKey.Of(episodeSeed, "invalid reply", turn).IndexAt(0, actions.Length)],
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Not a rule."),
        };

    /// <summary>The name by which a configuration chooses a rule and a dataset's manifest states it.</summary>
    public static string NameOf(InvalidReplyRule rule) =>
        rule switch
        {
            InvalidReplyRule.NoOp => "noop",
            InvalidReplyRule.Random => "random",
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Not a rule."),
        };

    /// <summary>The rule of a name, or a fault that lists them.</summary>
    public static Result<InvalidReplyRule> Find(string name) =>
        name switch
        {
            "noop" => InvalidReplyRule.NoOp,
            "random" => InvalidReplyRule.Random,
            _ => Fault.Configuration($"there is no rule '{name}' for replies that name no action", remedy: "use one of: noop, random"),
        };
}
