using VlmQ.Models.Vision;

namespace VlmQ.Models.XGenMm;

/// <summary>How an xGen-MM model is trained and run.</summary>
public sealed record XGenMmOptions
{
    /// <summary>The critic heads.</summary>
    public CriticSettings Critics { get; init; } = new();

    /// <summary>Starts the critic heads.</summary>
    public long Seed { get; init; }

    /// <summary>Whether the vision tower trains; else it is frozen, as in the model's own training, and what it makes of a picture is kept.</summary>
    public bool TrainsVision { get; init; }

    /// <summary>Whether a training pass keeps only the layers' inputs and computes the layers again on the way back.</summary>
    public bool Recomputes { get; init; }

    /// <summary>How much of what a frozen vision tower puts out is kept.</summary>
    public FeatureCacheOptions FeatureCache { get; init; } = new();
}
