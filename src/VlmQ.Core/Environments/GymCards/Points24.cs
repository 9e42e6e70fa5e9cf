using System.Collections.Immutable;
using VlmQ.Core.Environments.GymCards.Cards;
using VlmQ.Core.Environments.GymCards.Drawing;
using VlmQ.Core.Environments.GymCards.Formulas;
using VlmQ.Core.Randomness;

namespace VlmQ.Core.Environments.GymCards;

/// <summary>Points24: a formula of four cards that equals 24. Many deals have none.</summary>
public sealed class Points24 : FormulaGame
{
    /// <summary>The short name.</summary>
    public const string ShortName = "points24";

    /// <summary>The id.</summary>
    public const string Name = "gym_cards/Points24-v0";

    private const int Target = 24;
    private const int Cards = 4;
    private const int Ranks = 13;
    private const int Suits = 4;

    private static readonly ImmutableArray<string> Operators = ["+", "-", "*", "/", "(", ")", FormulaRules.Equal];

    /// <summary>Makes the game.</summary>
    public Points24()
        : base(
            new FormulaRules(Name, Target, Cards, Operators, 20, "Write a formula with the numbers of all four cards that equals 24."),
            FormulaPicture.OfPoints24()
        ) { }

    /// <inheritdoc/>
    public override EnvironmentState Reset(long seed)
    {
        RandomCursor random = RandomKey.Of(seed, "Points24.Reset").Cursor();
        PlayingCard[] cards = new PlayingCard[Cards];
        for (int i = 0; i < cards.Length; i++)
        {
            cards[i] = new PlayingCard((Suit)random.NextIndex(Suits), 1 + random.NextIndex(Ranks));
        }
        return new FormulaState([.. cards], [], false);
    }

    /// <summary>Whether the cards make 24 at all: <c>solvable</c> or <c>unsolvable</c>.</summary>
    private protected override string TypeOf(FormulaState start) => HasSolution(start) ? "solvable" : "unsolvable";
}
