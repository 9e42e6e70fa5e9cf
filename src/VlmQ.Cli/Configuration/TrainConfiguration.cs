using System.ComponentModel.DataAnnotations;

namespace VlmQ.Cli.Configuration;

/// <summary>The model, and how it is trained: the learner's options under the names that papers use.</summary>
internal sealed record TrainConfiguration
{
    /// <summary>The model.</summary>
    public ModelConfiguration Model { get; init; } = new();

    /// <summary>The critics, the filter and the targets (AFSFT alone).</summary>
    public AfsftConfiguration Afsft { get; init; } = new();

    /// <summary>Updates.</summary>
    [Range(1, int.MaxValue)]
    public int Steps { get; init; } = 2000;

    /// <summary>Windows of consecutive turns in a batch.</summary>
    [Range(1, 65536)]
    public int BatchWindows { get; init; } = 16;

    /// <summary>Turns in a window.</summary>
    [Range(1, 1024)]
    public int WindowTurns { get; init; } = 4;

    /// <summary>Side in pixels to which pictures are resized as they are read; null takes them as they are, all of one size.</summary>
    [Range(1, 16384)]
    public int? ImageSize { get; init; }

    /// <summary>The highest learning rate.</summary>
    [Range(0.0, 10.0)]
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Updates over which the learning rate rises.</summary>
    [Range(0, int.MaxValue)]
    public int WarmupSteps { get; init; } = 30;

    /// <summary>How the learning rate falls afterwards.</summary>
    public DecayName Decay { get; init; } = DecayName.Cosine;

    /// <summary>Share of the updates after which the learning rate begins to fall.</summary>
    [Range(0.0, 0.999999)]
    public double DecayStart { get; init; } = 0.6;

    /// <summary>The last learning rate as a share of the highest.</summary>
    [Range(0.0, 1.0)]
    public double FinalLearningRate { get; init; }

    /// <summary>Decoupled weight decay of matrices.</summary>
    [Range(0.0, 10.0)]
    public double WeightDecay { get; init; }

    /// <summary>β₂ of AdamW.</summary>
    [Range(0.0, 0.999999)]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Longest gradient; 0 for no limit.</summary>
    [Range(0.0, 1e9)]
    public double GradientClip { get; init; } = 1;

    /// <summary>Decay of the moving average of weights that is evaluated; 0 evaluates the weights themselves.</summary>
    [Range(0.0, 0.999999)]
    public double WeightAverageDecay { get; init; }

    /// <summary>
    /// The type that the weights of a model that is trained on are kept in: <c>stored</c>, <c>float32</c>, <c>bfloat16</c> or <c>float16</c>.
    /// </summary>
    public WeightsName Weights { get; init; }

    /// <summary>Computes layers again on the way back (gradient checkpointing): less memory for a third more work.</summary>
    public bool Recompute { get; init; }

    /// <summary>Trains the vision encoder too; it is frozen otherwise, and what it makes of a picture is kept.</summary>
    public bool TrainVision { get; init; }

    /// <summary>Inner width of the critic heads of a model that is trained on; 0 for the width of its hidden states.</summary>
    [Range(0, 65536)]
    public int CriticWidth { get; init; }

    /// <summary>Low-rank adapters in place of all weights.</summary>
    public LoraConfiguration? Lora { get; init; }

    /// <summary>Updates between two lines of metrics.</summary>
    [Range(1, int.MaxValue)]
    public int LogEvery { get; init; } = 10;

    /// <summary>Updates between two checkpoints; the last update always makes one.</summary>
    [Range(1, int.MaxValue)]
    public int CheckpointEvery { get; init; } = 250;
}
