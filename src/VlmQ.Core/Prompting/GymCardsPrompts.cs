using System.Collections.Immutable;

namespace VlmQ.Core.Prompting;

/// <summary>The prompts of Gym Cards: what RL4VLM's state, and the keys that they ask for in the same order, in words of our own.</summary>
internal static class GymCardsPrompts
{
    private const string NumberLineId = "gym_cards/NumberLine-v0";

    private const string NumberLineRules =
        "You play a game called number line. The picture shows a target number and a current number. Bring the current number closer "
        + "to the target number by choosing one of the actions: \"-\" subtracts one from the current number, \"+\" adds one.\n";

    private static readonly ImmutableArray<PromptTemplate> NumberLine =
    [
        new(NumberLineId, PromptTemplate.Brief, "Number line. Bring current to target. Action?"),
        new(
            NumberLineId,
            PromptTemplate.ActionOnly,
            NumberLineRules
                + """
                Answer with one JSON object of this form:
                {
                  "action": "- or +"
                }
                """
        ),
        new(
            NumberLineId,
            PromptTemplate.ChainOfThought,
            NumberLineRules
                + """
                Answer with one JSON object of this form:
                {
                  "current number": "the current number in the picture",
                  "target number": "the target number in the picture",
                  "thoughts": "first read out both numbers, then think about which action brings them closer together",
                  "action": "- or +"
                }
                """
        ),
    ];

    public static ImmutableArray<PromptTemplate> For(string environment) => environment == NumberLineId ? NumberLine : [];
}
