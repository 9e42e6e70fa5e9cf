using System.Collections.Immutable;

namespace VlmQ.Core.Prompting;

/// <summary>See <see cref="ActionParser.Rl4Vlm"/>.</summary>
internal static class Rl4VlmParsing
{
    private const string Key = "\"action\":";
    private const string Ten = "10";

    public static ParsedReply AfterKey(string reply)
    {
        string text = reply.ToLowerInvariant();
        int key = text.IndexOf(Key, StringComparison.Ordinal);
        // Kept from the reference: a search result of −1 used as an index leaves the last character.
        return new ParsedReply.Action(key >= 0 ? text[key..] : text[^Math.Min(1, text.Length)..]);
    }

    public static ParsedReply Mentioned(string words, ImmutableArray<string> actions)
    {
        string text = words;
        string? found = null;
        int distinct = 0;
        if (actions.Contains(Ten) && text.Contains(Ten, StringComparison.Ordinal))
        {
            Note(Ten);
            text = text.Replace(Ten, "", StringComparison.Ordinal);
        }
        foreach (string action in actions)
        {
            if (action != found && text.Contains(action.ToLowerInvariant(), StringComparison.Ordinal))
            {
                Note(action);
            }
        }
        return distinct switch
        {
            0 when words.Length == 0 => ParsedReply.Not(ReplyFailure.Empty, "the reply is empty"),
            0 when !words.StartsWith(Key, StringComparison.Ordinal) => ParsedReply.Not(
                ReplyFailure.NoActionField,
                "the reply has no key 'action'"
            ),
            0 => ParsedReply.Not(ReplyFailure.UnknownAction, "the reply names no action"),
            1 => new ParsedReply.Action(found!),
            _ => ParsedReply.Not(ReplyFailure.Ambiguous, $"the reply names {distinct} actions, not a single one"),
        };

        void Note(string action)
        {
            found = action;
            distinct++;
        }
    }
}
