using VlmQ.Core.Episodes;
using VlmQ.Models.Lora;

namespace VlmQ.Learning;

/// <summary>How a model is trained. The defaults are the recipe that ships.</summary>
public sealed record LearnerOptions
{
    /// <summary>The loss.</summary>
    public AfsftOptions Loss { get; init; } = new();

    /// <summary>Optimizer steps of the whole run; the learning rate is planned over them.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>The highest learning rate.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Steps over which the learning rate rises to its highest.</summary>
    public int WarmupSteps { get; init; } = 30;

    /// <summary>How it goes down afterwards.</summary>
    public LearningRateDecay Decay { get; init; } = LearningRateDecay.Cosine;

    /// <summary>Share of the steps after which it begins to go down, 0 up to, not including, 1.</summary>
    public double DecayStart { get; init; } = 0.6;

    /// <summary>The last learning rate, as a share of the highest.</summary>
    public double FinalLearningRate { get; init; }

    /// <summary>Decoupled weight decay of matrices; norms, biases and position embeddings have none. By default 0: nothing holds up the
    /// logits of dropped tokens as they fall.</summary>
    public double WeightDecay { get; init; }

    /// <summary>β₁ of AdamW.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂ of AdamW.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>ε of AdamW.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The gradient is scaled down to this norm where it is longer; 0: never.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>Decay of the moving average of weights that evaluation uses; 0: evaluation uses the weights themselves.</summary>
    public double WeightAverageDecay { get; init; }

    /// <summary>Low-rank adapters in place of all weights; null trains all weights.</summary>
    public LoraOptions? Lora { get; init; }

    /// <summary>
    /// Reply positions that go through the heads at a time; 0: all; null: all with small vocabularies, 64 with large ones. The numbers are
    /// the same up to the order of sums.
    /// </summary>
    public int? HeadChunk { get; init; }

    /// <summary>The learning rate of a step, from 0.</summary>
    public double LearningRateAt(long step)
    {
        double rise = WarmupSteps == 0 ? 1 : Math.Min(1, (step + 1.0) / WarmupSteps);
        double done = Math.Clamp((((double)step / Steps) - DecayStart) / (1 - DecayStart), 0, 1);
        double fall = Decay switch
        {
            LearningRateDecay.Constant => 1,
            LearningRateDecay.Linear => 1 - ((1 - FinalLearningRate) * done),
            LearningRateDecay.Cosine => FinalLearningRate + ((1 - FinalLearningRate) * 0.5 * (1 + Math.Cos(Math.PI * done))),
            _ => throw new InvalidOperationException(),
        };
        return LearningRate * rise * fall;
    }

    /// <summary>The first thing that is wrong; null when the options are sound.</summary>
    public Fault? Check()
    {
        (string Key, double Value, double Low, double High)[] ranges =
        [
            (nameof(Steps), Steps, 1, int.MaxValue),
            (nameof(LearningRate), LearningRate, 0, double.MaxValue),
            (nameof(WarmupSteps), WarmupSteps, 0, int.MaxValue),
            (nameof(DecayStart), DecayStart, 0, Math.BitDecrement(1.0)),
            (nameof(FinalLearningRate), FinalLearningRate, 0, 1),
            (nameof(WeightDecay), WeightDecay, 0, double.MaxValue),
            (nameof(Beta1), Beta1, 0, 1),
            (nameof(Beta2), Beta2, 0, 1),
            (nameof(Epsilon), Epsilon, 0, double.MaxValue),
            (nameof(GradientClip), GradientClip, 0, double.MaxValue),
            (nameof(WeightAverageDecay), WeightAverageDecay, 0, 1),
            (nameof(HeadChunk), HeadChunk ?? 0, 0, int.MaxValue),
        ];
        foreach ((string key, double value, double low, double high) in ranges)
        {
            if (!(value >= low && value <= high))
            {
                return Fault.Configuration($"{value} lies outside {low} to {high}", key);
            }
        }
        return HeadChunk == 0 && Loss.TopTokens > 0
            ? Fault.Configuration(
                "expectations over the most probable tokens are computed in chunks",
                nameof(HeadChunk),
                "leave it out, or set it above 0"
            )
            : Loss.Check();
    }
}
