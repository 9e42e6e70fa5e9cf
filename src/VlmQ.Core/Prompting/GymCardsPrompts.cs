using System.Collections.Immutable;
using VlmQ.Core.Environments.GymCards;

namespace VlmQ.Core.Prompting;

/// <summary>The prompts of Gym Cards: what RL4VLM's state, and the keys that they ask for in the same order, in words of our own.</summary>
internal static class GymCardsPrompts
{
    private const string NumberLineRules =
        "You play a game called number line. The picture shows a target number and a current number. Bring the current number closer "
        + "to the target number by choosing one of the actions: \"-\" subtracts one from the current number, \"+\" adds one.\n";

    private const string EZPointsRules =
        "You are an expert card player. The picture shows two cards. {text} Choose one of \"1\" to \"10\", \"+\", \"*\" and \"=\": what you "
        + "choose is appended to the current formula. J, Q and K count as 10. Write a formula that equals 12 and uses the number of each "
        + "card exactly once; \"=\" ends it.\n";

    private const string Points24Rules =
        "You are an expert card player. The picture shows four cards. {text} Choose one of \"1\" to \"10\", \"+\", \"-\", \"*\", \"/\", "
        + "\"(\", \")\" and \"=\": what you choose is appended to the current formula. J, Q and K count as 10. Write a formula that equals 24 "
        + "and uses the number of each card exactly once; \"=\" ends it.\n";

    private const string BlackjackRules =
        "You are a blackjack player. The picture shows one of the dealer's cards and all of yours. Choose one of the actions: \"stand\" or "
        + "\"hit\".\n";

    private const string FormulaThoughts =
        "first check whether the current formula is complete, then '=' ends it; otherwise think about what to append to it";

    private static readonly ImmutableArray<PromptTemplate> NumberLinePrompts = Of(
        NumberLine.Name,
        "Number line. Bring current to target. Action?",
        NumberLineRules,
        """
          "current number": "the current number in the picture",
          "target number": "the target number in the picture",
          "thoughts": "first read out both numbers, then think about which action brings them closer together",
        """,
        "- or +"
    );

    private static readonly ImmutableArray<PromptTemplate> EZPointsPrompts = Of(
        EZPoints.Name,
        "EZPoints. Reach 12. {text} Action?",
        EZPointsRules,
        $"""
          "cards": ["the first card", "the second card"],
          "current formula": "the current formula in the picture",
          "thoughts": "{FormulaThoughts}",
        """,
        "a number or an operator"
    );

    private static readonly ImmutableArray<PromptTemplate> Points24Prompts = Of(
        Points24.Name,
        "Points24. Reach 24. {text} Action?",
        Points24Rules,
        $"""
          "cards": ["the first card", "the second card", "the third card", "the fourth card"],
          "current formula": "the current formula in the picture",
          "thoughts": "{FormulaThoughts}",
        """,
        "a number or an operator"
    );

    private static readonly ImmutableArray<PromptTemplate> BlackjackPrompts = Of(
        Blackjack.Name,
        "Blackjack. Beat the dealer. Action?",
        BlackjackRules,
        """
          "thoughts": "first describe your total and the dealer's, then think about which action to choose",
        """,
        "stand or hit"
    );

    public static ImmutableArray<PromptTemplate> For(string environment) =>
        environment switch
        {
            NumberLine.Name => NumberLinePrompts,
            EZPoints.Name => EZPointsPrompts,
            Points24.Name => Points24Prompts,
            Blackjack.Name => BlackjackPrompts,
            _ => [],
        };

    /// <summary>The three templates of a game.</summary>
    private static ImmutableArray<PromptTemplate> Of(string environment, string brief, string rules, string keys, string action) =>
        [
            new(environment, PromptTemplate.Brief, brief),
            new(environment, PromptTemplate.ActionOnly, Asking(rules, "", action)),
            new(environment, PromptTemplate.ChainOfThought, Asking(rules, keys + "\n", action)),
        ];

    private static string Asking(string rules, string keys, string action) =>
        $"{rules}Answer with one JSON object of this form:\n{{\n{keys}  \"action\": \"{action}\"\n}}";
}
