namespace VlmQ.Models.XGenMm;

/// <summary>How an xGen-MM model is trained and run.</summary>
public sealed record XGenMmOptions
{
    /// <summary>The critic heads.</summary>
    public CriticSettings Critics { get; init; } = new();

    /// <summary>Starts the critic heads.</summary>
    public long Seed { get; init; }

    /// <summary>Whether the vision tower trains; in the model's own training it is frozen.</summary>
    public bool TrainsVision { get; init; }

    /// <summary>Whether a training pass keeps only the layers' inputs and computes the layers again on the way back.</summary>
    public bool Recomputes { get; init; }
}
