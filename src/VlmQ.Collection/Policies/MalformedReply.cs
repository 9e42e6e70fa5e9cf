using System.Collections.Immutable;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;

namespace VlmQ.Collection.Policies;

/// <summary>Replies as a careless model gives them; none parses strictly.</summary>
internal static class MalformedReply
{
    private static readonly ImmutableArray<string> UnknownActions = ["jump", "wait", "left", "5"];

    /// <summary>Draws one of five kinds uniformly, then one of its forms uniformly.</summary>
    public static string Write(string action, ImmutableArray<string> actions, ref RandomCursor random)
    {
        string wellFormed = ReplyFormat.Write(action);
        // The well-formed reply's value with its quotes, as JSON writes it.
        string value = wellFormed["{\"action\": ".Length..^1];
        return random.NextIndex(5) switch
        {
            0 => wellFormed[..(1 + random.NextIndex(wellFormed.Length - 1))],
            1 => Pick([$$"""{"ACTION": {{value}}}""", $$"""{"Action": {{value}}}"""], ref random),
            2 => Pick([$"I think {wellFormed}", $"Sure! {wellFormed}", $"{wellFormed} ok"], ref random),
            3 => Pick(
                [
                    $$"""{"action" {{value}}}""",
                    $$"""{action: {{value}}}""",
                    $$"""{"action": {{value[1..^1]}}}""",
                    $$"""{"action": {{value}}""",
                ],
                ref random
            ),
            _ => ReplyFormat.Write(Pick([.. UnknownActions.Where(unknown => !actions.Contains(unknown))], ref random)),
        };
    }

    private static string Pick(scoped ReadOnlySpan<string> forms, ref RandomCursor random) => forms[random.NextIndex(forms.Length)];
}
