using VlmQ.Core.Tokens;

namespace VlmQ.Learning.Tests;

/// <summary>
/// Two turns of three tokens. Turn 0: V̄ = 1, 2, 3; Q̄(a) = 0.5, 1, 2; π(a) = ½, ½, ¼; reward ½. Turn 1: V̄ = 4, 5, 6; Q̄(a) = 3, 4, 5;
/// π(a) = ½, ¼, ½; reward 1, then the episode ends. γ = 0.9.
/// </summary>
public sealed class TokenTargetsTests
{
    private static readonly float[] StateValues = [1, 2, 3, 4, 5, 6];
    private static readonly float[] ActionValues = [0.5f, 1, 2, 3, 4, 5];
    private static readonly float[] LogProbabilities =
    [
        .. new[] { 0.5f, 0.5f, 0.25f, 0.5f, 0.25f, 0.5f }.Select(probability => MathF.Log(probability)),
    ];
    private static readonly AfsftOptions Options = new()
    {
        Discount = 0.9,
        Trace = 1,
        TurnTrace = 0,
    };

    [Fact]
    public void The_full_trace_follows_the_reply_as_far_as_the_policy_agrees()
    {
        // Turn 1: y₃ = 1; y₂ = 6 + ½(1 − 5) = 4; y₁ = 5 + ¼(4 − 4) = 5.
        // Turn 0: y₃ = ½ + 0.9·4 = 4.1; y₂ = 3 + ¼(4.1 − 2) = 3.525; y₁ = 2 + ½(3.525 − 1) = 3.2625.
        AssertTargets([3.2625f, 3.525f, 4.1f, 5, 4, 1], Options);
    }

    [Fact]
    public void Without_a_trace_every_token_looks_one_ahead()
    {
        AssertTargets([2, 3, 4.1f, 5, 6, 1], Options with { Trace = 0 });
    }

    [Fact]
    public void A_trace_across_turns_carries_the_next_turns_target_back()
    {
        // Turn 1 as before, so s₁ of turn 1 is worth 4 + ½(5 − 3) = 5.
        // Turn 0: y₃ = ½ + 0.9·5 = 5; y₂ = 3 + ¼(5 − 2) = 3.75; y₁ = 2 + ½(3.75 − 1) = 3.375.
        AssertTargets([3.375f, 3.75f, 5, 5, 4, 1], Options with { TurnTrace = 1 });
    }

    [Fact]
    public void A_discount_a_token_applies_within_turns_too()
    {
        // Turn 1: y₃ = 1; y₂ = 0.9·4 = 3.6; y₁ = 0.9·(5 + ¼(3.6 − 4)) = 4.41.
        // Turn 0: y₃ = 4.1; y₂ = 0.9·3.525 = 3.1725; y₁ = 0.9·(2 + ½(3.1725 − 1)) = 2.777625.
        AssertTargets([2.777625f, 3.1725f, 4.1f, 4.41f, 3.6f, 1], Options with { DiscountUnit = DiscountUnit.Token });
    }

    [Fact]
    public void Rewards_are_scaled()
    {
        // y₃ of turn 1 is 2·1; y₂ = 6 + ½(2 − 5) = 4.5; y₁ = 5 + ¼(4.5 − 4) = 5.125; y₃ of turn 0 is 2·½ + 0.9·4 = 4.6.
        float[] y = Compute(Options with { RewardScale = 2 }, TwoTurns());
        Assert.Equal([4.6f, 5.125f, 4.5f, 2], y[2..], (a, b) => MathF.Abs(a - b) < 1e-5f);
    }

    [Fact]
    public void The_order_of_rows_does_not_matter()
    {
        TurnBatch reversed = Batches.Of(
            new TurnRow([1], [7, 8, 9], Reward: 1, Terminated: true),
            new TurnRow([1], [4, 5, 6], Reward: 0.5f, Next: 0)
        );
        float[] y = TokenTargets.Compute(
            reversed,
            new ReplyLayout(reversed),
            Options with
            {
                TurnTrace = 1,
            },
            [4, 5, 6, 1, 2, 3],
            [3, 4, 5, 0.5f, 1, 2],
            [.. LogProbabilities[3..], .. LogProbabilities[..3]],
            []
        );
        Assert.Equal([5, 4, 1, 3.375f, 3.75f, 5], y, (a, b) => MathF.Abs(a - b) < 1e-5f);
    }

    [Fact]
    public void A_truncated_turn_bootstraps_from_the_row_of_its_final_observation()
    {
        TurnBatch batch = Batches.Of(new TurnRow([1], [4, 5], Reward: 0.5f, Next: 1), new TurnRow([1], []));
        float[] y = TokenTargets.Compute(batch, new ReplyLayout(batch), Options with { Trace = 0 }, [1, 2], [0, 0], [0, 0], [10]);
        Assert.Equal([2, 9.5f], y, (a, b) => MathF.Abs(a - b) < 1e-5f);
    }

    [Fact]
    public void A_terminated_turn_is_worth_its_reward_whatever_follows()
    {
        TurnBatch batch = Batches.Of(new TurnRow([1], [4], Reward: -1, Next: 1, Terminated: true), new TurnRow([1], []));
        Assert.Equal([-1], TokenTargets.Compute(batch, new ReplyLayout(batch), Options, [5], [5], [0], [10]));
    }

    private static TurnBatch TwoTurns() =>
        Batches.Of(new TurnRow([1], [4, 5, 6], Reward: 0.5f, Next: 1), new TurnRow([1], [7, 8, 9], Reward: 1, Terminated: true));

    private static float[] Compute(AfsftOptions options, TurnBatch batch) =>
        TokenTargets.Compute(batch, new ReplyLayout(batch), options, StateValues, ActionValues, LogProbabilities, []);

    private static void AssertTargets(float[] expected, AfsftOptions options) =>
        Assert.Equal(expected, Compute(options, TwoTurns()), (a, b) => MathF.Abs(a - b) < 1e-5f);
}
