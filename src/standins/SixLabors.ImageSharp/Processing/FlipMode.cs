namespace SixLabors.ImageSharp.Processing;

/// <summary>How an image is mirrored.</summary>
public enum FlipMode
{
    None,

    /// <summary>Left becomes right.</summary>
    Horizontal,

    /// <summary>Top becomes bottom.</summary>
    Vertical,
}
