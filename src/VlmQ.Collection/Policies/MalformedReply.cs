using System.Collections.Immutable;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;

namespace VlmQ.Collection.Policies;

/// <summary>Replies as a careless model gives them; none parses strictly.</summary>
internal static class MalformedReply
{
    private static readonly ImmutableArray<string> UnknownActions = ["jump", "wait", "left", "5"];

    /// <summary>Draws one of the forms of a kind uniformly.</summary>
    public static string Write(Malformation kind, string action, ImmutableArray<string> actions, ref RandomCursor random)
    {
        string wellFormed = ReplyFormat.Write(action);
        // The well-formed reply's value with its quotes, as JSON writes it.
        string value = wellFormed["{\"action\": ".Length..^1];
        return kind switch
        {
            Malformation.Cut => wellFormed[..(1 + random.NextIndex(wellFormed.Length - 1))],
            Malformation.Case => Pick([$$"""{"ACTION": {{value}}}""", $$"""{"Action": {{value}}}"""], ref random),
            Malformation.Chatter => Pick([$"I think {wellFormed}", $"Sure! {wellFormed}", $"{wellFormed} ok"], ref random),
            Malformation.Json => Pick(
                [
                    $$"""{"action" {{value}}}""",
                    $$"""{action: {{value}}}""",
                    $$"""{"action": {{value[1..^1]}}}""",
                    $$"""{"action": {{value}}""",
                ],
                ref random
            ),
            Malformation.Unknown => ReplyFormat.Write(Pick([.. UnknownActions.Where(unknown => !actions.Contains(unknown))], ref random)),
            Malformation.Fence => Pick([$"```json\n{wellFormed}\n```", $"```\n{wellFormed}\n```"], ref random),
            Malformation.Quotes => $$"""{'action': '{{value[1..^1]}}'}""",
            Malformation.Comma => $$"""{"action": {{value}},}""",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a malformation."),
        };
    }

    private static string Pick(scoped ReadOnlySpan<string> forms, ref RandomCursor random) => forms[random.NextIndex(forms.Length)];
}
