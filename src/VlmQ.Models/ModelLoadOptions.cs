using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>How a model in a folder is made ready.</summary>
public sealed record ModelLoadOptions
{
    /// <summary>How the expensive pieces are computed.</summary>
    public required IKernels Kernels { get; init; }

    /// <summary>Precision of matrix products.</summary>
    public Precision Precision { get; init; }

    /// <summary>The type that weights are kept in, float32, bfloat16 or float16; null: that of the folder's text model.</summary>
    public ScalarType? WeightType { get; init; }

    /// <summary>The critic heads where the folder holds none.</summary>
    public CriticSettings Critics { get; init; } = new();

    /// <summary>Starts them.</summary>
    public long Seed { get; init; }

    /// <summary>The id that stands for a picture in prompts, where the tokenizer decides it; null: the model's own.</summary>
    public int? ImagePlaceholder { get; init; }

    /// <summary>Whether the vision encoder trains too.</summary>
    public bool TrainsVision { get; init; }

    /// <summary>Whether layers are computed again on the way back, so that a training step keeps only what goes into them.</summary>
    public bool Recomputes { get; init; }

    /// <summary>Where it is computed.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>The folder of the model that the adapters in a folder belong to; null: the one that they name.</summary>
    public string? Base { get; init; }
}
