using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Core.Environments;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Environments.GymCards.Cards;

namespace VlmQ.Core.Tests.Environments.GymCards;

public class BlackjackTests
{
    private static readonly Blackjack Game = new();

    [Fact]
    [Trait("Category", "Golden")]
    public void Every_golden_trace_is_reproduced_from_its_draws()
    {
        int traces = 0;
        foreach (JsonElement trace in GoldenTraces.Of("Blackjack"))
        {
            JsonElement initial = trace.GetProperty("initial");
            List<PlayingCard> cards = [.. CardsOf(initial.GetProperty("dealer")), .. CardsOf(initial.GetProperty("player"))];
            foreach (JsonElement step in trace.GetProperty("steps").EnumerateArray())
            {
                cards.AddRange(Drawn(step.GetProperty("draws")));
            }
            BlackjackState state = Blackjack.Deal(new Deck.Given([.. cards]));
            GoldenTraces.AssertReproduced(Game, trace, state);
            Assert.Equal(trace.GetProperty("obs")[0].GetInt32(), Hand.Of(state.Player.AsSpan()).Total);
            traces++;
        }
        Assert.True(traces >= 200, $"{traces} traces");
    }

    [Fact]
    public void The_endless_deck_has_four_tens_in_thirteen_and_no_card_called_ten()
    {
        const int Draws = 52_000;
        Deck deck = Game.Reset(3) is BlackjackState state ? state.Deck : throw new InvalidOperationException();
        Dictionary<string, int> counts = Enumerable
            .Range(0, Draws)
            .Select(deck.CardAt)
            .GroupBy(card => card.Name)
            .ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(48, counts.Count);
        Assert.DoesNotContain(counts.Keys, name => name[1] == 'T');
        foreach ((string name, int count) in counts)
        {
            double expected = Draws / 52.0 * (name[1] is 'J' or 'Q' or 'K' ? 4 / 3.0 : 1);
            Assert.InRange(count, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        }
    }

    [Fact]
    public void A_reply_that_did_not_parse_does_nothing()
    {
        EnvironmentState state = Game.Reset(1);
        StepResult result = Game.Step(state, null);
        Assert.Same(state, result.State);
        Assert.Equal((0f, false, false), (result.Reward, result.Terminated, result.Truncated));
    }

    [Fact]
    public void An_ended_game_and_foreign_actions_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Game.Step(Game.Step(Game.Reset(1), "stand").State, "hit"));
        Assert.Throws<ArgumentException>(() => Game.Step(Game.Reset(1), "double"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Blackjack.Deal(new Deck.Given([new PlayingCard(Suit.Clubs, 2)])));
    }

    [Fact]
    public void No_game_is_longer_than_the_step_limit()
    {
        EnvironmentState state = Blackjack.Deal(new Deck.Given([.. Enumerable.Repeat(new PlayingCard(Suit.Spades, 1), 40)]));
        int steps = 0;
        for (StepResult? result = null; result is not { Terminated: true }; steps++)
        {
            result = Game.Step(state, "hit");
            state = result.State;
        }
        Assert.Equal(Game.StepLimit, steps);
    }

    [Fact]
    public void The_picture_shows_the_dealers_open_card_and_the_players_and_keeps_the_other_covered()
    {
        ImmutableArray<PlayingCard> cards = [.. "HK D5 S2 C7 H3 H4".Split(' ').Select(PlayingCard.Parse)];
        BlackjackState state = Blackjack.Deal(new Deck.Given(cards));
        BlackjackState hidden = Blackjack.Deal(new Deck.Given(cards.SetItem(1, PlayingCard.Parse("SQ"))));
        BlackjackState open = Blackjack.Deal(new Deck.Given(cards.SetItem(0, PlayingCard.Parse("SQ"))));
        BlackjackState players = Blackjack.Deal(new Deck.Given(cards.SetItem(3, PlayingCard.Parse("SQ"))));
        Assert.Equal(Game.Observe(state).Image, Game.Observe(hidden).Image);
        Assert.NotEqual(Game.Observe(state).Image, Game.Observe(open).Image);
        Assert.NotEqual(Game.Observe(state).Image, Game.Observe(players).Image);
        Assert.Equal(Game.Observe(state).Image, Game.Observe(Game.Step(state, "stand").State).Image);
        // The fifth card lies outside the picture, the sixth begins a row.
        BlackjackState five = new(state.Dealer, [.. Enumerable.Repeat(cards[2], 5)], state.Deck, false);
        BlackjackState four = new(state.Dealer, five.Player.RemoveAt(4), state.Deck, false);
        BlackjackState six = new(state.Dealer, five.Player.Add(cards[2]), state.Deck, false);
        Assert.Equal(Game.Observe(four).Image, Game.Observe(five).Image);
        Assert.NotEqual(Game.Observe(five).Image, Game.Observe(six).Image);
    }

    private static IEnumerable<PlayingCard> CardsOf(JsonElement hand) =>
        hand.EnumerateArray().Select(card => CardOf(card[1].GetString()!, card[2].GetString()!));

    /// <summary>Value, suit and, for a ten, a face: one card after another.</summary>
    private static IEnumerable<PlayingCard> Drawn(JsonElement draws)
    {
        Queue<JsonElement> left = new(draws.EnumerateArray());
        while (left.TryDequeue(out JsonElement value))
        {
            string suit = left.Dequeue()[1].GetString()!;
            int number = value[1].GetInt32();
            string face =
                number == 10 ? left.Dequeue()[1].GetString()!
                : number == 1 ? "A"
                : $"{number}";
            yield return CardOf(face, suit);
        }
    }

    private static PlayingCard CardOf(string face, string suit) => PlayingCard.Parse(suit + face);
}
