using VlmQ.Models.Vision;

namespace VlmQ.Models.MoonDream2;

/// <summary>How a MoonDream2 model is trained and run.</summary>
public sealed record MoonDream2Options
{
    /// <summary>The critic heads.</summary>
    public CriticSettings Critics { get; init; } = new();

    /// <summary>
    /// The id that stands for the image in prompts: the published tokenizers have none of their own, so it is the one that the reader of
    /// the tokenizer chose. Null: the first id behind the vocabulary.
    /// </summary>
    public int? ImagePlaceholder { get; init; }

    /// <summary>Starts the critic heads.</summary>
    public long Seed { get; init; }

    /// <summary>Whether the vision encoder trains; else it is frozen, and what it makes of a picture is kept.</summary>
    public bool TrainsVision { get; init; }

    /// <summary>Whether a training pass keeps only the layers' inputs and computes the layers again on the way back.</summary>
    public bool Recomputes { get; init; }

    /// <summary>Whether the region head's weights are carried along.</summary>
    public bool CarriesRegion { get; init; } = true;

    /// <summary>How much of what a frozen vision encoder puts out is kept.</summary>
    public FeatureCacheOptions FeatureCache { get; init; } = new();
}
