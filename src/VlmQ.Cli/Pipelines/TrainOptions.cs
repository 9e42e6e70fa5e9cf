using VlmQ.Cli.Configuration;
using VlmQ.Core.Episodes;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Kernels;
using VlmQ.Models.Lora;

namespace VlmQ.Cli.Pipelines;

/// <summary>Turns what a pipeline says about training into the learner's and the model's own options.</summary>
internal static class TrainOptions
{
    /// <summary>The learner's options for a method.</summary>
    public static LearnerOptions LearnerOf(TrainConfiguration train, Method method, int steps) =>
        new()
        {
            Loss = method == Method.Afsft ? LossOf(train.Afsft) : AfsftOptions.Supervised,
            Steps = steps,
            LearningRate = train.LearningRate,
            WarmupSteps = train.WarmupSteps,
            Decay = train.Decay switch
            {
                DecayName.Constant => LearningRateDecay.Constant,
                DecayName.Linear => LearningRateDecay.Linear,
                _ => LearningRateDecay.Cosine,
            },
            DecayStart = train.DecayStart,
            FinalLearningRate = train.FinalLearningRate,
            WeightDecay = train.WeightDecay,
            Beta2 = train.Beta2,
            GradientClip = train.GradientClip,
            WeightAverageDecay = train.WeightAverageDecay,
            Lora = train.Lora is { } lora ? new LoraOptions(lora.Rank, lora.Alpha, lora.TargetModules) : null,
        };

    /// <summary>The model's sizes.</summary>
    public static Result<TinyVlmConfig> ModelOf(TrainConfiguration train, int vocabulary, int imagePlaceholder, int imageSize) =>
        TinyVlmConfig
            .Preset(train.Model.Preset, vocabulary, imagePlaceholder)
            .Bind<TinyVlmConfig>(preset =>
            {
                TinyVlmConfig sizes = preset with
                {
                    Width = train.Model.Width ?? preset.Width,
                    Layers = train.Model.Layers ?? preset.Layers,
                    Heads = train.Model.Heads ?? preset.Heads,
                    ImageSize = imageSize,
                    PatchSize = train.Model.PatchSize,
                    TextLength = train.Model.TextLength,
                    Critics = train.Afsft.Critics,
                    Behavior = train.Afsft.SupportThreshold > 0,
                    InitialValue = train.Afsft.InitialValue,
                    CriticSupport =
                        train.Afsft.CriticLoss == CriticLossName.SquaredError
                            ? null
                            : new CriticSupport(train.Afsft.MinimumValue, train.Afsft.MaximumValue, train.Afsft.Bins),
                };
                return sizes.Check() is { } fault ? fault : sizes;
            });

    /// <summary>The precision of matrix products.</summary>
    public static Precision PrecisionOf(TrainConfiguration train) =>
        train.Model.Precision == PrecisionName.Bfloat16 ? Precision.BFloat16 : Precision.Full;

    private static AfsftOptions LossOf(AfsftConfiguration afsft) =>
        new()
        {
            Filter = afsft.Filter switch
            {
                FilterName.Binary => new AdvantageFilter.Binary(afsft.Beta),
                FilterName.Exponential => new AdvantageFilter.Exponential(afsft.Temperature, afsft.MaximumWeight),
                FilterName.LeakyRelu => new AdvantageFilter.LeakyRelu(afsft.Slope),
                _ => new AdvantageFilter.None(),
            },
            FilterWarmupSteps = afsft.FilterWarmupSteps,
            FilterAnnealSteps = afsft.FilterAnnealSteps,
            CriticLoss = afsft.CriticLoss switch
            {
                CriticLossName.TwoHot => new CriticLoss.TwoHot(),
                CriticLossName.HlGauss => new CriticLoss.HlGauss(),
                _ => new CriticLoss.SquaredError(),
            },
            CriticWeight = afsft.CriticWeight,
            Discount = afsft.Discount,
            DiscountUnit = afsft.DiscountUnit == DiscountUnitName.Token ? DiscountUnit.Token : DiscountUnit.Turn,
            Trace = afsft.Trace,
            TurnTrace = afsft.TurnTrace,
            MinimumProbability = afsft.MinimumProbability,
            SupportThreshold = afsft.SupportThreshold,
            TargetRate = afsft.TargetRate,
            RewardScale = afsft.RewardScale,
        };
}
