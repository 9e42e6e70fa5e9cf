using System.Collections.Immutable;
using VlmQ.Core.Environments.GymCards.Cards;
using VlmQ.Core.Environments.GymCards.Formulas;

namespace VlmQ.Core.Environments.GymCards;

/// <summary>A moment of EZPoints or Points24.</summary>
public sealed record FormulaState : EnvironmentState
{
    /// <summary>What a number that the cards do not offer leaves in the formula.</summary>
    public const string Blank = " ";

    // What the cards offer beyond what the formula uses: four bits for each number.
    private readonly ulong _offers;

    /// <param name="cards">The cards on the table.</param>
    /// <param name="formula">The tokens so far: numbers, operators and blanks.</param>
    /// <param name="hasEnded">Nothing can follow.</param>
    /// <exception cref="ArgumentException">A number is in the formula more often than on the cards, a text is no token, or there are too
    /// many.</exception>
    public FormulaState(ImmutableArray<PlayingCard> cards, ImmutableArray<string> formula, bool hasEnded)
    {
        Cards = cards;
        HasEnded = hasEnded;
        foreach (PlayingCard card in cards)
        {
            _offers += One(card.Value);
        }
        foreach (string text in formula)
        {
            if (!FormulaToken.TryParse(text, out FormulaToken token) || token == FormulaToken.Equal)
            {
                throw new ArgumentException($"'{text}' is no part of a formula.", nameof(formula));
            }
            if (token.IsNumber)
            {
                if (!Offers(token))
                {
                    throw new ArgumentException($"The cards do not offer so many of '{text}'.", nameof(formula));
                }
                _offers -= One(token.Code);
                NumbersUsed++;
            }
            Tokens = Tokens.With(token);
        }
    }

    private FormulaState(FormulaState before, TokenList tokens, ulong offers, int used, bool hasEnded)
    {
        Cards = before.Cards;
        Tokens = tokens;
        _offers = offers;
        NumbersUsed = used;
        HasEnded = hasEnded;
    }

    /// <summary>The cards on the table.</summary>
    public ImmutableArray<PlayingCard> Cards { get; }

    /// <summary>The tokens so far: numbers, operators and blanks.</summary>
    public ImmutableArray<string> Formula => Tokens.ToTexts();

    /// <summary>How many tokens there are so far.</summary>
    public int TokenCount => Tokens.Count;

    /// <summary>How many of the tokens are numbers.</summary>
    public int NumbersUsed { get; }

    /// <summary>Nothing can follow: the formula was judged or cut.</summary>
    public bool HasEnded { get; }

    /// <summary>The tokens so far.</summary>
    internal TokenList Tokens { get; }

    /// <summary>One of the tokens, without listing them all.</summary>
    /// <param name="index">0..<see cref="TokenCount"/>−1.</param>
    public string TokenAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, TokenCount);
        return Tokens[index].Text;
    }

    /// <summary>Whether a token is a number.</summary>
    public static bool IsNumber(string token) => char.IsAsciiDigit(token[0]);

    /// <summary>Whether the cards offer a number beyond those that the formula uses.</summary>
    internal bool Offers(FormulaToken number) => ((_offers >> (4 * number.Code)) & 0xF) > 0;

    /// <summary>The state with one more token, which the cards must offer if it is a number.</summary>
    internal FormulaState With(FormulaToken token) =>
        token.IsNumber
            ? new(this, Tokens.With(token), _offers - One(token.Code), NumbersUsed + 1, false)
            : new(this, Tokens.With(token), _offers, NumbersUsed, false);

    /// <summary>The same, at its end.</summary>
    internal FormulaState Ended() => new(this, Tokens, _offers, NumbersUsed, true);

    private static ulong One(int number) => 1UL << (4 * number);
}
