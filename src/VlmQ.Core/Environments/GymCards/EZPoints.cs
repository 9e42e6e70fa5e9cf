using VlmQ.Core.Environments.GymCards.Cards;
using VlmQ.Core.Environments.GymCards.Drawing;
using VlmQ.Core.Environments.GymCards.Formulas;
using VlmQ.Core.Randomness;

namespace VlmQ.Core.Environments.GymCards;

/// <summary>EZPoints: a formula of two cards that equals 12.</summary>
public sealed class EZPoints : FormulaGame
{
    /// <summary>The short name.</summary>
    public const string ShortName = "ezpoints";

    /// <summary>The id.</summary>
    public const string Name = "gym_cards/EZPoints-v0";

    private const int Target = 12;
    private const int Cards = 2;
    private const int LowestRank = 2;
    private const int HighestRank = 13;
    private const int Suits = 4;

    /// <summary>Makes the game.</summary>
    public EZPoints()
        : base(
            new FormulaRules(
                Name,
                Target,
                Cards,
                ["+", "*", FormulaRules.Equal],
                5,
                "Write a formula with the numbers of both cards that equals 12."
            ),
            FormulaPicture.OfEZPoints()
        ) { }

    /// <inheritdoc/>
    public override EnvironmentState Reset(long seed)
    {
        RandomCursor random = RandomKey.Of(seed, "EZPoints.Reset").Cursor();
        PlayingCard first = new((Suit)random.NextIndex(Suits), LowestRank + random.NextIndex(HighestRank - LowestRank + 1));
        return Deal(first, random.NextDouble(), (Suit)random.NextIndex(Suits), random.NextDouble());
    }

    /// <summary>How the two cards make 12: <c>product</c> or <c>sum</c>; none make it in both ways.</summary>
    private protected override string TypeOf(FormulaState start) =>
        start.Cards[0].Value * start.Cards[1].Value == Target ? "product" : "sum";

    /// <summary>Deals the partner with which the first card makes 12.</summary>
    /// <param name="first">Any card but an ace.</param>
    /// <param name="product">Uniform in [0, 1): up to a half asks for a product, where 12 is one, rather than a sum.</param>
    /// <param name="partner">The partner's suit.</param>
    /// <param name="swap">Uniform in [0, 1): up to a half swaps the cards.</param>
    public static FormulaState Deal(PlayingCard first, double product, Suit partner, double swap)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first.Rank, LowestRank, nameof(first));
        bool multiplies = first.Value is 2 or 3 or 4 or 6 && product <= 0.5;
        PlayingCard second = new(partner, multiplies ? Target / first.Value : Target - first.Value);
        return new FormulaState(swap <= 0.5 ? [second, first] : [first, second], [], false);
    }
}
