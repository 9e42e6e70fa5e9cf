using System.Collections.Immutable;
using VlmQ.Core.Randomness;

namespace VlmQ.Core.Environments.GymCards.Cards;

/// <summary>The cards that a game of Blackjack is dealt, in order.</summary>
public abstract record Deck
{
    private Deck() { }

    /// <summary>The card that is dealt after <paramref name="index"/> others.</summary>
    public abstract PlayingCard CardAt(int index);

    /// <summary>An endless deck: every card is drawn with replacement. No tens, so that each ten-valued card is a picture.</summary>
    /// <param name="Key">Which cards they are.</param>
    public sealed record Endless(RandomKey Key) : Deck
    {
        // Value 10 four times in thirteen, each value's suit one of four, a picture one of three: all equally likely in 13 · 4 · 3.
        private const int Values = 13;
        private const int Suits = 4;
        private const int Pictures = 3;

        /// <inheritdoc/>
        public override PlayingCard CardAt(int index)
        {
            int drawn = Key.IndexAt((ulong)index, Values * Suits * Pictures);
            (int rest, int value) = Math.DivRem(drawn, Values);
            (int picture, int suit) = Math.DivRem(rest, Suits);
            return new PlayingCard((Suit)suit, value < 9 ? value + 1 : 11 + picture);
        }
    }

    /// <summary>Cards that are known, such as those of a recorded game.</summary>
    /// <param name="Cards">The cards, the first to be dealt first.</param>
    public sealed record Given(ImmutableArray<PlayingCard> Cards) : Deck
    {
        /// <inheritdoc/>
        /// <exception cref="ArgumentOutOfRangeException">The cards are used up.</exception>
        public override PlayingCard CardAt(int index)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Cards.Length);
            return Cards[index];
        }
    }
}
