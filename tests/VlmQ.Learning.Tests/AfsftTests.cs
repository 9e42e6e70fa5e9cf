using TorchSharp;
using VlmQ.Core.Tokens;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Learning.Tests;

/// <summary>
/// The loss by hand, on two turns of three tokens and a vocabulary of two. In every state π = (½, ½), so V̄ and V are plain means.
/// Critics Q = (q, q′) per state with action 0 always taken; both critics equal; targets equal online.
/// </summary>
public sealed class AfsftTests
{
    // Qₖ(s,0) and Qₖ(s,1) of the six states, for both critics.
    private static readonly float[] Values = [2, 0, 2, 0, 1, 3, 4, 2, 2, 2, 0, 2];
    private static readonly AfsftOptions Options = new()
    {
        Discount = 0.5,
        Trace = 0,
        MinimumProbability = 0,
        CriticWeight = 2,
        Filter = new AdvantageFilter.Binary(-0.5),
        FilterWarmupSteps = 0,
        FilterAnnealSteps = 0,
    };

    [Fact]
    public void Actor_and_critic_losses_are_those_of_the_formulas()
    {
        using DisposeScope scope = NewDisposeScope();
        (AfsftLosses losses, Tensor logits, Tensor values) = Compute(Options);

        // V = mean of each pair: 1, 1, 2, 3, 2, 1. A = Q(s,0) − V: 1, 1, −1, 1, 0, −1. Above −½: all but tokens 3 and 6.
        Assert.Equal([1, 1, -1, 1, 0, -1], losses.Advantages);
        Assert.Equal([1, 1, 0, 1, 1, 0], losses.Weights);

        // One step ahead: y = V of the next token's state; turn 0 ends with ½ + 0.5·V(s₁ of turn 1) = ½ + 0.5·3 = 2, turn 1 with 1.
        Assert.Equal([1, 2, 2, 2, 1, 1], losses.Targets);

        // actor = 4 kept tokens · log 2 / 6; errors 1, 0, −1, 2, 1, −1 square to 1, 0, 1, 4, 1, 1: mean 8/6.
        Assert.Equal(4 * MathF.Log(2) / 6, losses.Actor.ToSingle(), 1e-5f);
        Assert.Equal(8 / 6f, losses.Critic.ToSingle(), 1e-5f);
        Assert.Equal((4 * MathF.Log(2) / 6) + (2 * 8 / 6f), losses.Total.ToSingle(), 1e-5f);

        // d actor/d logit = f·(π − 1[a])/6: −½/6 for the taken token where it is kept, nothing where it is not.
        losses.Total.backward();
        float[] gradient = logits.grad!.data<float>().ToArray();
        Assert.Equal([-1 / 12f, 1 / 12f, -1 / 12f, 1 / 12f, 0, 0], gradient[..6], (a, b) => MathF.Abs(a - b) < 1e-5f);

        // d total/d Qₖ(s,0) = λ·2·(Q − y)/(K·N) = 2·2·1/12 for token 1 and each critic; nothing for the token not taken.
        float[] critic = values.grad!.data<float>().ToArray();
        Assert.Equal(1 / 3f, critic[0], 1e-5f);
        Assert.Equal(0, critic[1]);
        Assert.Equal(1 / 3f, critic[12], 1e-5f);
    }

    [Fact]
    public void Without_a_filter_the_actor_is_supervised_fine_tuning()
    {
        using DisposeScope scope = NewDisposeScope();
        (AfsftLosses losses, Tensor logits, _) = Compute(Options with { Filter = new AdvantageFilter.None() });
        using Tensor supervised = Afsft.SupervisedLoss(logits, zeros(6, dtype: ScalarType.Int64));
        Assert.Equal(supervised.ToSingle(), losses.Actor.ToSingle(), 1e-6f);
    }

    [Fact]
    public void The_target_takes_the_lower_critic_and_the_advantage_the_mean()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = zeros(1, 2);
        // Critic 0 says (2, 0), critic 1 (0, 4): min (0, 0), mean (1, 2).
        Tensor values = tensor(new float[] { 2, 0, 0, 4 }, [2, 1, 2]);
        TokenStatistics tokens = new PlainKernels().TokenStatistics(logits, zeros(1, dtype: ScalarType.Int64), values, values);
        Assert.Equal(0, tokens.StateValue.ToSingle());
        Assert.Equal(0, tokens.TargetActionValue.ToSingle());
        Assert.Equal(1, tokens.MeanActionValue.ToSingle());
        Assert.Equal(1.5f, tokens.MeanStateValue.ToSingle());
    }

    [Fact]
    public void A_dropped_token_keeps_the_weight_of_the_floor()
    {
        using DisposeScope scope = NewDisposeScope();
        AfsftOptions options = Options with { Filter = new AdvantageFilter.Binary(1e6) };
        (AfsftLosses without, _, _) = Compute(options);
        (AfsftLosses with, _, _) = Compute(options, floor: 0.25);
        Assert.All(without.Weights, weight => Assert.Equal(0, weight));
        Assert.All(with.Weights, weight => Assert.Equal(0.25f, weight));
        Assert.Equal(0.25 * Math.Log(2), with.Actor.ToDouble(), 1e-6);
        Assert.Equal(0, with.Kept);
    }

    [Fact]
    public void The_floor_is_one_during_the_warm_up_and_falls_to_nothing_afterwards()
    {
        AfsftOptions options = new() { FilterWarmupSteps = 10, FilterAnnealSteps = 4 };
        Assert.Equal([1, 0.75, 0.5, 0.25, 0, 0], new long[] { 9, 10, 11, 12, 13, 1000 }.Select(options.FilterFloorAt));
        Assert.Equal(0, (options with { FilterAnnealSteps = 0 }).FilterFloorAt(10));
    }

    private static (AfsftLosses Losses, Tensor Logits, Tensor Values) Compute(AfsftOptions options, double floor = 0)
    {
        TurnBatch batch = Batches.Of(
            new TurnRow([1], [0, 0, 0], Reward: 0.5f, Next: 1),
            new TurnRow([1], [0, 0, 0], Reward: 1, Terminated: true)
        );
        Tensor logits = zeros([6, 2], requires_grad: true);
        Tensor values = tensor([.. Values, .. Values], [2, 6, 2], requires_grad: true);
        TokenStatistics tokens = new PlainKernels().TokenStatistics(logits, zeros(6, dtype: ScalarType.Int64), values, values.detach());
        AfsftLosses losses = Afsft.Losses(batch, new ReplyLayout(batch), tokens, tokens.ActionValues, null, [], options, floor);
        return (losses, logits, values);
    }
}
