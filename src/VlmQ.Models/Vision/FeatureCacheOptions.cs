namespace VlmQ.Models.Vision;

/// <summary>How much a <see cref="FeatureCache"/> may hold.</summary>
public sealed record FeatureCacheOptions
{
    /// <summary>Most bytes of features in memory; 0: none are kept there.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>Where features are kept on disk, for the next run too; null: nowhere.</summary>
    public string? Folder { get; init; }

    /// <summary>Most bytes of features in the folder.</summary>
    public long DiskBytes { get; init; } = 8L << 30;
}
