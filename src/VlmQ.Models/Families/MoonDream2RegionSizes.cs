namespace VlmQ.Models.Families;

/// <summary>The sizes of the region head of MoonDream2 2025-06-21; the defaults are the published model's.</summary>
public sealed record MoonDream2RegionSizes
{
    /// <summary>Inner width of both decoders.</summary>
    public int InnerWidth { get; init; } = 8192;

    /// <summary>Fourier features of a coordinate, cosines and sines.</summary>
    public int CoordinateFeatures { get; init; } = 256;

    /// <summary>Bins of a coordinate.</summary>
    public int CoordinateBins { get; init; } = 1024;

    /// <summary>Fourier features of a size, cosines and sines.</summary>
    public int SizeFeatures { get; init; } = 512;

    /// <summary>Bins of width and height together.</summary>
    public int SizeBins { get; init; } = 2048;
}
