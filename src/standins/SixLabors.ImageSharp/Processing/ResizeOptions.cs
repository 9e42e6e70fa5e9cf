using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Processing;

/// <summary>How an image is resized.</summary>
public class ResizeOptions
{
    /// <summary>The wanted size; a zero side follows from the aspect ratio.</summary>
    public Size Size { get; set; }

    public ResizeMode Mode { get; set; } = ResizeMode.Crop;

    public IResampler Sampler { get; set; } = KnownResamplers.Bicubic;

    /// <summary>Whether colours are weighted by their alpha while they are mixed.</summary>
    public bool PremultiplyAlpha { get; set; } = true;

    /// <summary>What fills the rest in <see cref="ResizeMode.Pad"/>.</summary>
    public Color PadColor { get; set; }
}
