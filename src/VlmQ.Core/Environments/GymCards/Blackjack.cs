using System.Collections.Immutable;
using System.Text;
using VlmQ.Core.Environments.GymCards.Cards;
using VlmQ.Core.Environments.GymCards.Drawing;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;

namespace VlmQ.Core.Environments.GymCards;

/// <summary>
/// Blackjack of Gym Cards (RL4VLM, commit b989b574): an endless deck, hit or stand, a dealer who stands on every 17. A dealt 21 is worth
/// no more than another.
/// </summary>
public sealed class Blackjack : IEnvironment, IHasExpert
{
    /// <summary>The short name.</summary>
    public const string ShortName = "blackjack";

    /// <summary>The id.</summary>
    public const string Name = "gym_cards/Blackjack-v0";

    /// <summary>The dealer draws below it.</summary>
    public const int DealerStands = 17;

    private const string Goal = "Beat the dealer with a hand that counts more, but no more than 21.";
    private const string Stand = "stand";
    private const string Hit = "hit";

    private readonly BlackjackPicture _picture = new();
    private readonly Lazy<BlackjackStrategy> _strategy = new(BlackjackStrategy.Optimal);

    /// <inheritdoc/>
    public string Id => Name;

    /// <inheritdoc/>
    public ImmutableArray<string> Actions { get; } = [Stand, Hit];

    /// <summary>Two aces and nineteen more before the last card.</summary>
    public int StepLimit => 20;

    /// <summary>The dealer's two cards, then the player's.</summary>
    public EnvironmentState Reset(long seed) => Deal(new Deck.Endless(RandomKey.Of(seed, "Blackjack.Reset")));

    /// <summary>The first state of a game with a given deck.</summary>
    public static BlackjackState Deal(Deck deck)
    {
        ArgumentNullException.ThrowIfNull(deck);
        return new BlackjackState([deck.CardAt(0), deck.CardAt(1)], [deck.CardAt(2), deck.CardAt(3)], deck, false);
    }

    /// <inheritdoc/>
    public StepResult Step(EnvironmentState state, string? action)
    {
        BlackjackState before = Of(state);
        if (before.HasEnded)
        {
            throw new ArgumentException("The episode has ended.", nameof(state));
        }
        return action switch
        {
            null => new StepResult(before, 0, false, false),
            Hit => AfterHit(before),
            Stand => AfterStand(before),
            _ => throw new ArgumentException($"'{action}' is not an action of {Id}.", nameof(action)),
        };
    }

    /// <inheritdoc/>
    public Observation Observe(EnvironmentState state) => new(_picture.Draw(Of(state)), Goal, "");

    /// <inheritdoc/>
    public string Describe(EnvironmentState state)
    {
        BlackjackState game = Of(state);
        StringBuilder text = new("Dealer's card: ");
        text.Append(game.Dealer[0].Face).Append(". Player's cards: ");
        for (int i = 0; i < game.Player.Length; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append(game.Player[i].Face);
        }
        return text.Append('.').ToString();
    }

    /// <summary>Both hands, the dealer's hidden card included, each card as value, face and suit.</summary>
    public string Info(EnvironmentState state)
    {
        StringBuilder text = new("{\"Dealer Card\": [");
        Append(text, Of(state).Dealer);
        Append(text.Append("], \"Player Card\": ["), Of(state).Player);
        return text.Append("]}").ToString();
    }

    /// <summary>
    /// The player's first two cards, as tables of strategy sort them: <c>pair</c> (two cards that count the same), else <c>soft</c> (an ace
    /// that counts 11), else <c>hard</c>.
    /// </summary>
    public string GoalType(EnvironmentState start)
    {
        ImmutableArray<PlayingCard> cards = Of(start).Player;
        return cards[0].Value == cards[1].Value ? "pair"
            : Hand.Of(cards.AsSpan()).Soft ? "soft"
            : "hard";
    }

    /// <summary>The sum of the rewards is positive.</summary>
    public bool Success(ReadOnlySpan<float> rewards, bool terminated) => Rewards.ArePositive(rewards);

    /// <summary>The best action of one who does not see the dealer's second card.</summary>
    public string Advise(EnvironmentState state)
    {
        BlackjackState game = Of(state);
        return _strategy.Value.Hits(Hand.Of(game.Player.AsSpan()), game.Dealer[0].Value) ? Hit : Stand;
    }

    private static StepResult AfterHit(BlackjackState before)
    {
        ImmutableArray<PlayingCard> player = before.Player.Add(Next(before.Deck, before.Dealer, before.Player));
        bool bust = Hand.Of(player.AsSpan()).IsBust;
        return new StepResult(new BlackjackState(before.Dealer, player, before.Deck, bust), bust ? -1 : 0, bust, false);
    }

    private static StepResult AfterStand(BlackjackState before)
    {
        ImmutableArray<PlayingCard> dealer = before.Dealer;
        Hand hand = Hand.Of(dealer.AsSpan());
        while (hand.Total < DealerStands)
        {
            PlayingCard next = Next(before.Deck, dealer, before.Player);
            dealer = dealer.Add(next);
            hand = hand.With(next.Value);
        }
        float reward = Math.Sign(Hand.Of(before.Player.AsSpan()).Score - hand.Score);
        return new StepResult(new BlackjackState(dealer, before.Player, before.Deck, true), reward, true, false);
    }

    private static PlayingCard Next(Deck deck, ImmutableArray<PlayingCard> dealer, ImmutableArray<PlayingCard> player) =>
        deck.CardAt(dealer.Length + player.Length);

    private static void Append(StringBuilder text, ImmutableArray<PlayingCard> cards)
    {
        for (int i = 0; i < cards.Length; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append('[').Append(cards[i].Value).Append(", \"").Append(cards[i].Face);
            text.Append("\", \"").Append(cards[i].SuitLetter).Append("\"]");
        }
    }

    private static BlackjackState Of(EnvironmentState state) =>
        state as BlackjackState ?? throw new ArgumentException("Not a state of Blackjack.", nameof(state));
}
