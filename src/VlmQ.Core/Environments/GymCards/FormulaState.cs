using System.Collections.Immutable;
using VlmQ.Core.Environments.GymCards.Cards;

namespace VlmQ.Core.Environments.GymCards;

/// <summary>A moment of EZPoints or Points24.</summary>
public sealed record FormulaState : EnvironmentState
{
    /// <summary>What a number that the cards do not offer leaves in the formula.</summary>
    public const string Blank = " ";

    /// <param name="cards">The cards on the table.</param>
    /// <param name="formula">The tokens so far: numbers, operators and blanks.</param>
    /// <param name="hasEnded">Nothing can follow.</param>
    /// <exception cref="ArgumentException">A number is in the formula more often than on the cards.</exception>
    public FormulaState(ImmutableArray<PlayingCard> cards, ImmutableArray<string> formula, bool hasEnded)
        : this(cards, formula, CountNumbers(formula), hasEnded)
    {
        foreach (string token in formula)
        {
            if (IsNumber(token) && Count(formula, token) > CountOnCards(cards, token))
            {
                throw new ArgumentException($"The cards do not offer so many of '{token}'.", nameof(formula));
            }
        }
    }

    private FormulaState(ImmutableArray<PlayingCard> cards, ImmutableArray<string> formula, int used, bool hasEnded)
    {
        Cards = cards;
        Formula = formula;
        NumbersUsed = used;
        HasEnded = hasEnded;
    }

    /// <summary>The cards on the table.</summary>
    public ImmutableArray<PlayingCard> Cards { get; }

    /// <summary>The tokens so far: numbers, operators and blanks.</summary>
    public ImmutableArray<string> Formula { get; }

    /// <summary>How many of the tokens are numbers.</summary>
    public int NumbersUsed { get; }

    /// <summary>Nothing can follow: the formula was judged or cut.</summary>
    public bool HasEnded { get; }

    /// <summary>Whether a token is a number.</summary>
    public static bool IsNumber(string token) => char.IsAsciiDigit(token[0]);

    /// <summary>Whether the cards offer a number beyond those that the formula uses.</summary>
    public bool Offers(string number) => Count(Formula, number) < CountOnCards(Cards, number);

    /// <summary>The state with one more token, which the cards must offer if it is a number.</summary>
    internal FormulaState With(string token) => new(Cards, Formula.Add(token), NumbersUsed + (IsNumber(token) ? 1 : 0), false);

    /// <summary>The same, at its end.</summary>
    internal FormulaState Ended() => new(Cards, Formula, NumbersUsed, true);

    private static int CountNumbers(ImmutableArray<string> formula)
    {
        int count = 0;
        foreach (string token in formula)
        {
            count += IsNumber(token) ? 1 : 0;
        }
        return count;
    }

    private static int Count(ImmutableArray<string> formula, string token)
    {
        int count = 0;
        foreach (string each in formula)
        {
            count += each == token ? 1 : 0;
        }
        return count;
    }

    private static int CountOnCards(ImmutableArray<PlayingCard> cards, string number)
    {
        int value = number.Length == 2 ? 10 : number[0] - '0';
        int count = 0;
        foreach (PlayingCard card in cards)
        {
            count += card.Value == value ? 1 : 0;
        }
        return count;
    }
}
