using VlmQ.Core.Environments.GymCards.Cards;

namespace VlmQ.Core.Environments.GymCards;

/// <summary>What a hand of Blackjack counts.</summary>
/// <param name="Total">The sum of the cards, 10 more with a usable ace.</param>
/// <param name="Soft">Whether an ace counts 11.</param>
public readonly record struct Hand(int Total, bool Soft)
{
    /// <summary>The most that a hand may count.</summary>
    public const int Limit = 21;

    /// <summary>More than 21.</summary>
    public bool IsBust => Total > Limit;

    /// <summary>What is compared at the end: the total, or 0 when it is over 21.</summary>
    public int Score => IsBust ? 0 : Total;

    /// <summary>The hand of some cards.</summary>
    public static Hand Of(ReadOnlySpan<PlayingCard> cards)
    {
        Hand hand = default;
        foreach (PlayingCard card in cards)
        {
            hand = hand.With(card.Value);
        }
        return hand;
    }

    /// <summary>The hand with one more card.</summary>
    /// <param name="value">The card's value, 1..10.</param>
    public Hand With(int value)
    {
        (int hard, bool ace) = (Total - (Soft ? 10 : 0) + value, Soft || value == 1);
        // A hard hand that holds an ace counts more than 11, so no later card can make that ace usable again.
        return ace && hard + 10 <= Limit ? new Hand(hard + 10, true) : new Hand(hard, false);
    }
}
