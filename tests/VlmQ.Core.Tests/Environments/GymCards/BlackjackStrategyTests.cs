using System.Text.Json;
using VlmQ.Core.Environments;
using VlmQ.Core.Environments.GymCards;

namespace VlmQ.Core.Tests.Environments.GymCards;

public class BlackjackStrategyTests
{
    private static JsonElement Golden => GoldenTraces.Statistics("Blackjack");

    [Theory]
    [Trait("Category", "Golden")]
    [InlineData("optimal")]
    [InlineData("always_stick")]
    [InlineData("random")]
    [InlineData("stick_on_17")]
    [InlineData("stick_on_20")]
    [InlineData("hit_below_21")]
    public void Exact_values_of_policies_are_those_of_the_reference(string policy)
    {
        BlackjackStrategy strategy = policy switch
        {
            "optimal" => BlackjackStrategy.Optimal(),
            "always_stick" => new BlackjackStrategy((_, _) => 0),
            "random" => new BlackjackStrategy((_, _) => 0.5),
            "stick_on_17" => new BlackjackStrategy((hand, _) => hand.Total < 17 ? 1 : 0),
            "stick_on_20" => new BlackjackStrategy((hand, _) => hand.Total < 20 ? 1 : 0),
            _ => new BlackjackStrategy((hand, _) => hand.Total < 21 ? 1 : 0),
        };
        (double win, double draw) = strategy.Worth();
        JsonElement expected = Golden.GetProperty("exact").GetProperty(policy);
        Assert.Equal(expected.GetProperty("win").GetDouble(), win, 1e-6);
        Assert.Equal(expected.GetProperty("draw").GetDouble(), draw, 1e-6);
        Assert.Equal(expected.GetProperty("mean_return").GetDouble(), (2 * win) + draw - 1, 1e-6);
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void The_optimal_actions_and_the_values_of_both_are_those_of_the_reference()
    {
        BlackjackStrategy optimal = BlackjackStrategy.Optimal();
        int rows = 0;
        foreach (JsonElement row in Golden.GetProperty("q_values").EnumerateArray())
        {
            Hand hand = new(row.GetProperty("total").GetInt32(), row.GetProperty("usable_ace").GetInt32() == 1);
            int dealer = row.GetProperty("dealer").GetInt32();
            Assert.Equal(row.GetProperty("stick").GetDouble(), optimal.ReturnOfStanding(hand, dealer), 1e-6);
            Assert.Equal(row.GetProperty("hit").GetDouble(), optimal.ReturnOfHitting(hand, dealer), 1e-6);
            Assert.Equal(row.GetProperty("action").GetString() == "H", optimal.Hits(hand, dealer));
            rows++;
        }
        Assert.True(rows >= 280, $"{rows} rows");
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void The_dealers_final_scores_are_distributed_as_in_the_reference()
    {
        foreach (JsonProperty open in Golden.GetProperty("dealer_final_distribution").EnumerateObject())
        {
            double[] scores = BlackjackStrategy.DealerScores(int.Parse(open.Name));
            Assert.Equal(1, scores.Sum(), 1e-9);
            foreach (JsonProperty score in open.Value.EnumerateObject())
            {
                Assert.Equal(score.Value.GetDouble(), scores[int.Parse(score.Name)], 1e-6);
            }
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void A_million_hands_of_the_expert_come_within_fifteen_hundredths_of_a_point_of_the_exact_worth()
    {
        const int Hands = 1_000_000;
        Blackjack game = new();
        int wins = 0;
        double sum = 0;
        for (long seed = 0; seed < Hands; seed++)
        {
            EnvironmentState state = game.Reset(seed);
            StepResult step;
            do
            {
                step = game.Step(state, game.Advise(state));
                state = step.State;
            } while (!step.Terminated);
            wins += step.Reward > 0 ? 1 : 0;
            sum += step.Reward;
        }
        JsonElement exact = Golden.GetProperty("exact").GetProperty("optimal");
        Assert.Equal(exact.GetProperty("win").GetDouble(), (double)wins / Hands, 0.0015);
        // The return has twice the spread of the share of wins.
        Assert.Equal(exact.GetProperty("mean_return").GetDouble(), sum / Hands, 0.003);
    }
}
