using System.Collections.Immutable;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Lora;
using static TorchSharp.torch;

namespace VlmQ.Cli.Pipelines;

/// <summary>Turns what a pipeline says about training into the learner's and the model's own options.</summary>
internal static class TrainOptions
{
    /// <summary>The key of the side of pictures; a pipeline has one of the same name where it converts.</summary>
    public const string ImageSizeKey = "image_size";

    /// <summary>The learner's options for a method.</summary>
    /// <param name="train">What the configuration says.</param>
    /// <param name="method">The method.</param>
    /// <param name="steps">Updates.</param>
    /// <param name="model">The model that is trained on; null for one that is trained from scratch.</param>
    public static LearnerOptions LearnerOf(TrainConfiguration train, Method method, int steps, NamedModel? model = null) =>
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
            Lora = train.Lora is { } lora ? LoraOf(lora, model) : null,
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
                    CriticSupport = SupportOf(train),
                };
                return sizes.Check() is { } fault ? new Fault(fault.Kind, fault.What, KeyOf(fault.Where), fault.Remedy) : sizes;
            });

    /// <summary>The key of one of the model's sizes, as the configuration of a training has it.</summary>
    private static string KeyOf(string size) =>
        size switch
        {
            nameof(TinyVlmConfig.ImageSize) => ImageSizeKey,
            nameof(TinyVlmConfig.Critics) or nameof(TinyVlmConfig.InitialValue) => "afsft." + YamlBinder.KeyOf(size),
            _ => "model." + YamlBinder.KeyOf(size),
        };

    /// <summary>How a model that is trained on is loaded.</summary>
    public static ModelLoadOptions LoadOf(TrainConfiguration train, Method method, NamedModel model, TextTokenizer tokenizer, long seed) =>
        new()
        {
            Kernels = Kernels.Best,
            Precision = PrecisionOf(train),
            WeightType = train.Weights switch
            {
                WeightsName.Float32 => ScalarType.Float32,
                WeightsName.Bfloat16 => ScalarType.BFloat16,
                WeightsName.Float16 => ScalarType.Float16,
                // Small steps are lost on weights of 16 bits.
                _ => train.Lora is null && method != Method.Base ? ScalarType.Float32 : null,
            },
            Critics = CriticsOf(train),
            Seed = seed,
            ImagePlaceholder = tokenizer.ImageToken,
            TrainsVision = train.TrainVision,
            Recomputes = train.Recompute,
            Base = model.Base,
        };

    /// <summary>The precision of matrix products.</summary>
    public static Precision PrecisionOf(TrainConfiguration train) =>
        train.Model.Precision == PrecisionName.Bfloat16 ? Precision.BFloat16 : Precision.Full;

    /// <summary>The fault of critics' support, by its key in the configuration of a training; null where there is none.</summary>
    public static Fault? CheckSupport(AfsftConfiguration afsft)
    {
        if (afsft.CriticLoss == CriticLossName.SquaredError)
        {
            return null;
        }
        (double least, double most) = (afsft.MinimumValue, afsft.MaximumValue);
        return most <= least
                ? Fault.Configuration(NumberText.Of($"{least} is not below afsft.maximum_value, {most}"), "afsft.minimum_value")
            : afsft.InitialValue is { } start && !(start > least && start < most)
                ? Fault.Configuration(
                    NumberText.Of($"{start} does not lie between afsft.minimum_value, {least}, and afsft.maximum_value, {most}"),
                    "afsft.initial_value"
                )
            : null;
    }

    /// <summary>The fault of adapters that a model cannot have, by its key in the configuration of a training; null where there is none.</summary>
    /// <param name="lora">The adapters; null for none.</param>
    /// <param name="description">The model.</param>
    public static Fault? CheckAdapters(LoraConfiguration? lora, ModelDescription description)
    {
        if (lora is null || lora.TargetModules is [TextAdapters.Name])
        {
            return null;
        }
        LoraOptions options = new(lora.Rank, lora.Alpha, lora.TargetModules);
        string[] ends = [.. description.AdaptableLinears.Keys.Select(path => path[(path.LastIndexOf('.') + 1)..]).Distinct()];
        return description.AdaptableLinears.Keys.Any(options.Matches)
            ? null
            : Fault.Configuration(
                $"no linear layer of {description.Family} is called {string.Join(" or ", lora.TargetModules)}",
                "lora.target_modules",
                $"name some of {string.Join(", ", ends)}, or {LoraOptions.AllLinear} or {TextAdapters.Name}"
            );
    }

    private static LoraOptions LoraOf(LoraConfiguration lora, NamedModel? model) =>
        new(lora.Rank, lora.Alpha, lora.TargetModules is [TextAdapters.Name] ? TextTargets(model) : lora.TargetModules)
        {
            Dropout = lora.Dropout,
            // An absolute path: adapters are opened from where they lie.
            BaseModel = model is null ? null : Path.GetFullPath(model.Base),
        };

    private static ImmutableArray<string> TextTargets(NamedModel? model) =>
        model is null ? TextAdapters.TinyVlm : TextAdapters.Targets(model.Description);

    private static CriticSettings CriticsOf(TrainConfiguration train) =>
        new(train.Afsft.Critics, train.CriticWidth, SupportOf(train), train.Afsft.SupportThreshold > 0, train.Afsft.InitialValue);

    private static CriticSupport? SupportOf(TrainConfiguration train) =>
        train.Afsft.CriticLoss == CriticLossName.SquaredError
            ? null
            : new CriticSupport(train.Afsft.MinimumValue, train.Afsft.MaximumValue, train.Afsft.Bins);

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
