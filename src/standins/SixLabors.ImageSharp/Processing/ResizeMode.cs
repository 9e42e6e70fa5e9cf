namespace SixLabors.ImageSharp.Processing;

/// <summary>How an image is made to fit a size of another aspect ratio.</summary>
public enum ResizeMode
{
    /// <summary>Fill the size, cut what protrudes on both sides alike.</summary>
    Crop = 0,

    /// <summary>Fit inside the size, pad the rest on both sides alike.</summary>
    Pad = 1,

    /// <summary>Fit inside the size; the result is smaller than it along one side.</summary>
    Max = 3,

    /// <summary>The smallest image that covers the size; never enlarges.</summary>
    Min = 4,

    /// <summary>Exactly the size, whatever becomes of the aspect ratio.</summary>
    Stretch = 5,
}
