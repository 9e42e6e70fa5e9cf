using System.ComponentModel.DataAnnotations;

namespace VlmQ.Cli.Configuration;

/// <summary>The choices of advantage-filtered fine-tuning; see the method in the README.</summary>
internal sealed record AfsftConfiguration
{
    /// <summary>f(A).</summary>
    public FilterName Filter { get; init; } = FilterName.Binary;

    /// <summary>β of the binary filter: tokens with A above it are imitated.</summary>
    [Range(-1e6, 1e6)]
    public double Beta { get; init; } = -0.3;

    /// <summary>τ of the exponential filter.</summary>
    [Range(1e-6, 1e6)]
    public double Temperature { get; init; } = 0.3;

    /// <summary>The exponential filter's largest weight.</summary>
    [Range(1e-6, 1e6)]
    public double MaximumWeight { get; init; } = 20;

    /// <summary>The leaky filter's slope below 0.</summary>
    [Range(0.0, 1.0)]
    public double Slope { get; init; } = 0.01;

    /// <summary>Updates at the start in which every token is imitated while the critics learn.</summary>
    [Range(0, int.MaxValue)]
    public int FilterWarmupSteps { get; init; } = 200;

    /// <summary>Updates after the warm-up over which the weight of tokens that the filter drops falls from 1 to 0.</summary>
    [Range(0, int.MaxValue)]
    public int FilterAnnealSteps { get; init; } = 400;

    /// <summary>K.</summary>
    [Range(1, 64)]
    public int Critics { get; init; } = 2;

    /// <summary>Every Q at the start; below what is earned, so that tokens the data never show stay unattractive.</summary>
    [Range(-1e6, 1e6)]
    public double? InitialValue { get; init; } = -3;

    /// <summary>The critics' loss.</summary>
    public CriticLossName CriticLoss { get; init; } = CriticLossName.SquaredError;

    /// <summary>Lowest value of classifying critics.</summary>
    public double MinimumValue { get; init; } = -10;

    /// <summary>Highest value of classifying critics.</summary>
    public double MaximumValue { get; init; } = 2;

    /// <summary>Bins of classifying critics.</summary>
    [Range(2, 4096)]
    public int Bins { get; init; } = 51;

    /// <summary>λ in actor + λ·critic.</summary>
    [Range(1e-9, 1e9)]
    public double CriticWeight { get; init; } = 3;

    /// <summary>γ.</summary>
    [Range(0.0, 1.0)]
    public double Discount { get; init; } = 0.9;

    /// <summary>What one γ stands for.</summary>
    public DiscountUnitName DiscountUnit { get; init; } = DiscountUnitName.Turn;

    /// <summary>Share of the tree backup between the tokens of a turn.</summary>
    [Range(0.0, 1.0)]
    public double Trace { get; init; } = 1;

    /// <summary>Share of the tree backup between the turns of a window.</summary>
    [Range(0.0, 1.0)]
    public double TurnTrace { get; init; }

    /// <summary>Expectations run over tokens that are at least this probable; 0 for the whole vocabulary.</summary>
    [Range(0.0, 1.0)]
    public double MinimumProbability { get; init; } = 0.02;

    /// <summary>Expectations run over tokens whose share in the data is at least this part of the most frequent one's; 0 for all.</summary>
    [Range(0.0, 1.0)]
    public double SupportThreshold { get; init; } = 0.1;

    /// <summary>Rate of the target critics' moving average.</summary>
    [Range(1e-9, 1.0)]
    public double TargetRate { get; init; } = 0.3;

    /// <summary>Rewards are multiplied by this.</summary>
    [Range(1e-9, 1e9)]
    public double RewardScale { get; init; } = 1;
}
