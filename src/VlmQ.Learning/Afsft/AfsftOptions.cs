using VlmQ.Core.Episodes;

namespace VlmQ.Learning;

/// <summary>
/// The choices in the loss of VLM Q-learning (advantage-filtered supervised fine-tuning, arXiv 2505.03181; design §7). The defaults
/// learn from bad data without tuning where rewards are of order 1.
/// </summary>
public sealed record AfsftOptions
{
    /// <summary>f.</summary>
    public AdvantageFilter Filter { get; init; } = new AdvantageFilter.Binary();

    /// <summary>Steps at the start in which f ≡ 1: critics learn what to filter by while the policy learns the data's language.</summary>
    public int FilterWarmupSteps { get; init; } = 200;

    /// <summary>
    /// Steps after the warm-up over which the weight of tokens that f drops falls from 1 to 0. A filter that acts at once can fix an
    /// error for good: where the policy expects a good token that the data never show, all that they do show looks bad, is dropped, and
    /// the policy there is never corrected. While dropped tokens keep some weight, each state's own data decide what is expected there.
    /// </summary>
    public int FilterAnnealSteps { get; init; } = 400;

    /// <summary>ℓ.</summary>
    public CriticLoss CriticLoss { get; init; } = new CriticLoss.SquaredError();

    /// <summary>λ in actor + λ·critic; 0 trains no critic, which only f ≡ 1 allows.</summary>
    public double CriticWeight { get; init; } = 3;

    /// <summary>γ, 0 to 1.</summary>
    public double Discount { get; init; } = 0.9;

    /// <summary>What one γ stands for.</summary>
    public DiscountUnit DiscountUnit { get; init; } = DiscountUnit.Turn;

    /// <summary>
    /// Share of the tree backup between the tokens of a turn, 0 to 1: 0 looks one token ahead, 1 as far as the policy agrees with the
    /// data. A reward at the end of a reply reaches its first token in one step with 1, in as many steps as it has tokens with 0.
    /// </summary>
    public double Trace { get; init; } = 1;

    /// <summary>The same from the first token of the next turn back to the last token of this one, within a window of turns.</summary>
    public double TurnTrace { get; init; }

    /// <summary>
    /// Expectations run over tokens with π above this (or the most probable one), renormalised; 0: over the whole vocabulary.
    /// </summary>
    public double MinimumProbability { get; init; } = 0.02;

    /// <summary>
    /// Expectations run over tokens that the data show in a state: those with μ(a|s) above this share of the most probable one's, where
    /// μ is the behavior head, trained beside the actor on every token. What critics say of other tokens is extrapolation, and a policy
    /// that believes it is never corrected by data that do not go there (the support constraint of batch-constrained Q-learning,
    /// Fujimoto et al., arXiv 1910.01708). 0: no behavior head.
    /// </summary>
    public double SupportThreshold { get; init; }

    /// <summary>
    /// Expectations run over this many most probable tokens at most, renormalised; 0: over all that the other options leave. With a
    /// <see cref="MinimumProbability"/> of p, 1/p tokens leave nothing out. Each step reports what is left out and what it changes.
    /// </summary>
    public int TopTokens { get; init; }

    /// <summary>Rate of the targets' moving average: Q̄ ← (1 − rate)·Q̄ + rate·Q.</summary>
    public double TargetRate { get; init; } = 0.3;

    /// <summary>Rewards are multiplied by this; it keeps returns of order 1, which λ, β and the critics' start are chosen for.</summary>
    public double RewardScale { get; init; } = 1;

    /// <summary>Supervised fine-tuning: f ≡ 1 and no critic.</summary>
    public static AfsftOptions Supervised { get; } = new() { Filter = new AdvantageFilter.None(), CriticWeight = 0 };

    /// <summary>True when critics are trained.</summary>
    public bool TrainsCritics => CriticWeight > 0;

    /// <summary>The least weight of a token at a step, from 0: 1 during the warm-up, then falling to 0.</summary>
    public double FilterFloorAt(long step) =>
        step < FilterWarmupSteps ? 1
        : step - FilterWarmupSteps < FilterAnnealSteps ? 1 - ((step - FilterWarmupSteps + 1.0) / FilterAnnealSteps)
        : 0;

    /// <summary>The first thing that is wrong; null when the options are sound.</summary>
    public Fault? Check()
    {
        (string Key, double Value, double Low, double High)[] ranges =
        [
            (nameof(FilterWarmupSteps), FilterWarmupSteps, 0, int.MaxValue),
            (nameof(FilterAnnealSteps), FilterAnnealSteps, 0, int.MaxValue),
            (nameof(CriticWeight), CriticWeight, 0, double.MaxValue),
            (nameof(Discount), Discount, 0, 1),
            (nameof(Trace), Trace, 0, 1),
            (nameof(TurnTrace), TurnTrace, 0, 1),
            (nameof(MinimumProbability), MinimumProbability, 0, 1),
            (nameof(SupportThreshold), SupportThreshold, 0, 1),
            (nameof(TopTokens), TopTokens, 0, int.MaxValue),
            (nameof(TargetRate), TargetRate, 0, 1),
            (nameof(RewardScale), RewardScale, double.Epsilon, double.MaxValue),
        ];
        foreach ((string key, double value, double low, double high) in ranges)
        {
            if (!(value >= low && value <= high))
            {
                return Fault.Configuration($"{value} lies outside {low} to {high}", key);
            }
        }
        return !TrainsCritics && Filter is not AdvantageFilter.None
            ? Fault.Configuration("an advantage filter needs trained critics", nameof(CriticWeight), "set a positive weight, or no filter")
            : null;
    }
}
