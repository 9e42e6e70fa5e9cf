using System.Collections.Immutable;
using VlmQ.Core.Environments.GymCards.Cards;

namespace VlmQ.Core.Environments.GymCards;

/// <summary>A moment of a game of Blackjack.</summary>
public sealed record BlackjackState : EnvironmentState
{
    /// <param name="dealer">The dealer's cards, the open one first; at least 2.</param>
    /// <param name="player">The player's cards; at least 2.</param>
    /// <param name="deck">What the next card comes from: it has already dealt the cards of both.</param>
    /// <param name="hasEnded">Nothing can follow.</param>
    /// <exception cref="ArgumentException">A hand has less than two cards.</exception>
    public BlackjackState(ImmutableArray<PlayingCard> dealer, ImmutableArray<PlayingCard> player, Deck deck, bool hasEnded)
    {
        ArgumentNullException.ThrowIfNull(deck);
        if (dealer.IsDefault || dealer.Length < 2 || player.IsDefault || player.Length < 2)
        {
            throw new ArgumentException("A hand has at least two cards.", nameof(player));
        }
        Dealer = dealer;
        Player = player;
        Deck = deck;
        HasEnded = hasEnded;
    }

    /// <summary>The dealer's cards, the open one first.</summary>
    public ImmutableArray<PlayingCard> Dealer { get; }

    /// <summary>The player's cards.</summary>
    public ImmutableArray<PlayingCard> Player { get; }

    /// <summary>What the next card comes from.</summary>
    public Deck Deck { get; }

    /// <summary>Nothing can follow: the player stood or went over 21.</summary>
    public bool HasEnded { get; }
}
