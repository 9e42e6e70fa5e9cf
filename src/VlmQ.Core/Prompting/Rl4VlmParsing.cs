using System.Collections.Immutable;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Prompting;

/// <summary>See <see cref="ActionParser.Rl4Vlm"/>.</summary>
internal static class Rl4VlmParsing
{
    private const string Key = "\"action\":";
    private const string Ten = "10";

    public static Result<string> Parse(string reply, ImmutableArray<string> actions)
    {
        string text = reply.ToLowerInvariant();
        int key = text.IndexOf(Key, StringComparison.Ordinal);
        // Kept from the reference: a search result of −1 used as an index leaves the last character.
        text = key >= 0 ? text[key..] : text[^Math.Min(1, text.Length)..];

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
            0 => Fault.Data("the reply names no action"),
            1 => found!,
            _ => Fault.Data($"the reply names {distinct} actions, not a single one"),
        };

        void Note(string action)
        {
            found = action;
            distinct++;
        }
    }
}
