using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Importing;

namespace VlmQ.Datasets.Tests.Importing;

public sealed class RewardRuleTests
{
    private static readonly RewardRule None = new();

    [Fact]
    public void Rewards_of_all_turns_are_taken_as_they_are() => Assert.Equal([1f, 0f, -1f], Of(None, [1, 0, -1]));

    [Fact]
    public void One_reward_of_the_whole_is_earned_by_the_last_turn()
    {
        Assert.Equal([0f, 0f, 5f], Of(None, [null, null, null], end: 5));
        Assert.Equal([0f, 0f, 5f], Of(None, [null, null, 5]));
        Assert.Equal([0.5f, 0.5f, 5f], Of(None with { Default = 0.5 }, [null, null, null], end: 5));
    }

    [Theory]
    [InlineData("it has no rewards")]
    [InlineData("2 of its 3 turns have no reward", 1.0)]
    public void Missing_rewards_are_refused_with_the_ways_out(string said, double? first = null)
    {
        Fault fault = FaultOf(None, [first, null, null]);
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.StartsWith("a.jsonl:7: " + said, fault.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(
            "map it, or say what they are: --final-reward 1, --final-reward success, --reward-default 0",
            fault.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_ways_out_lead_out()
    {
        Assert.Equal([0f, 1f], Of(None with { Final = 1 }, [null, null]));
        Assert.Equal([0f, 1f], Of(None with { FinalIsSuccess = true }, [null, null], success: true));
        Assert.Equal([0f, 0f], Of(None with { FinalIsSuccess = true }, [null, null], success: false));
        Assert.Equal([-1f, -1f], Of(None with { Default = -1 }, [null, null]));
        Assert.Equal([3f, 0f, 0f], Of(None with { Default = 0 }, [3, null, null]));
        Assert.Equal([2f, 1f], Of(None with { Default = 2, Final = 1 }, [null, null]));
        Assert.StartsWith(
            "it does not say whether it succeeded",
            FaultOf(None with { FinalIsSuccess = true }, [null]).What,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_is_given_is_not_replaced() => Assert.Equal([7f, 8f], Of(None with { Final = 1, Default = 2 }, [7, 8]));

    [Fact]
    public void Rewards_that_contradict_each_other_or_are_not_finite_are_faults_of_the_data()
    {
        Assert.Equal(FaultKind.Data, FaultOf(None, [1, 2], end: 3).Kind);
        Assert.Contains("1E+300 is not finite", FaultOf(None, [1e300]).What, StringComparison.Ordinal);
    }

    private static ImmutableArray<float> Of(RewardRule rule, double?[] turns, double? end = null, bool? success = null) =>
        rule.RewardsOf(turns, end, success, "a.jsonl:7", "map it").OrThrow();

    private static Fault FaultOf(RewardRule rule, double?[] turns, double? end = null) =>
        Assert.IsType<Result<ImmutableArray<float>>.Failed>(rule.RewardsOf(turns, end, null, "a.jsonl:7", "map it")).Fault;
}
