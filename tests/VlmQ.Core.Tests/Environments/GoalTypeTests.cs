using VlmQ.Core.Environments;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Environments.GymCards.Cards;

namespace VlmQ.Core.Tests.Environments;

public class GoalTypeTests
{
    [Fact]
    public void NumberLines_is_the_distance_to_the_target()
    {
        NumberLine game = new();
        Assert.Equal("distance_1", game.GoalType(new NumberLineState(3, 2, 0)));
        Assert.Equal("distance_5", game.GoalType(new NumberLineState(0, 5, 0)));
        Assert.Equal(
            [("distance_1", 10), ("distance_2", 8), ("distance_3", 6), ("distance_4", 4), ("distance_5", 2)],
            game.Starts.GroupBy(game.GoalType).Select(group => (group.Key, group.Count())).Order()
        );
    }

    [Theory]
    [InlineData("S8", "H8", "pair")]
    [InlineData("SA", "HA", "pair")]
    [InlineData("SK", "HT", "pair")]
    [InlineData("SA", "H9", "soft")]
    [InlineData("SA", "HK", "soft")]
    [InlineData("S2", "H3", "hard")]
    public void Blackjacks_is_the_kind_of_the_first_hand(string first, string second, string type)
    {
        Deck deck = new Deck.Endless(Core.Randomness.RandomKey.Of(1, "test"));
        BlackjackState start = new(
            [PlayingCard.Parse("D5"), PlayingCard.Parse("D6")],
            [PlayingCard.Parse(first), PlayingCard.Parse(second)],
            deck,
            false
        );
        Assert.Equal(type, new Blackjack().GoalType(start));
    }

    [Theory]
    [InlineData("S2", "H6", "product")]
    [InlineData("S4", "H3", "product")]
    [InlineData("S2", "HK", "sum")]
    [InlineData("S6", "H6", "sum")]
    public void EZPoints_is_how_the_cards_make_12(string first, string second, string type) =>
        Assert.Equal(type, new EZPoints().GoalType(new FormulaState([PlayingCard.Parse(first), PlayingCard.Parse(second)], [], false)));

    [Theory]
    [InlineData("S3 H3 D8 C8", "solvable")]
    [InlineData("SA HA DA CA", "unsolvable")]
    public void Points24s_is_whether_the_cards_make_24(string cards, string type) =>
        Assert.Equal(type, new Points24().GoalType(new FormulaState([.. cards.Split(' ').Select(PlayingCard.Parse)], [], false)));

    [Theory]
    [InlineData("babyai-gotolocal", "go to ", "go_to")]
    [InlineData("babyai-open", "open ", "open")]
    [InlineData("babyai-pickup", "pick up ", "pick_up")]
    [InlineData("babyai-putnextlocal", "put ", "put_next")]
    public void A_BabyAI_missions_is_what_it_asks_for(string level, string begins, string type)
    {
        IEnvironment environment = EnvironmentCatalog.Find(level).OrThrow();
        for (long seed = 0; seed < 5; seed++)
        {
            EnvironmentState start = environment.Reset(seed);
            Assert.StartsWith(begins, environment.Observe(start).Goal, StringComparison.Ordinal);
            Assert.Equal(type, environment.GoalType(start));
        }
    }

    [Fact]
    public void A_BabyAI_sequences_is_how_its_parts_are_joined()
    {
        IEnvironment environment = EnvironmentCatalog.Find("babyai-bosslevel").OrThrow();
        HashSet<string> met = [];
        for (long seed = 0; seed < 60; seed++)
        {
            EnvironmentState start = environment.Reset(seed);
            string mission = environment.Observe(start).Goal;
            string type = environment.GoalType(start);
            string expected =
                mission.Contains(", then ", StringComparison.Ordinal) ? "then"
                : mission.Contains(" after you ", StringComparison.Ordinal) ? "after"
                : mission.Contains(" and ", StringComparison.Ordinal) ? "and"
                : type;
            Assert.Equal(expected, type);
            met.Add(type);
        }
        Assert.Superset(new HashSet<string> { "then", "after", "and" }, met);
    }

    [Fact]
    public void Every_environment_has_goal_types_that_can_be_told_of_any_start()
    {
        foreach (EnvironmentEntry entry in EnvironmentCatalog.All)
        {
            Assert.Matches("^[a-z0-9_]+$", entry.Environment.GoalType(entry.Environment.Reset(7)));
        }
    }
}
