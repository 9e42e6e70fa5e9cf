using SixLabors.ImageSharp.Processing;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Formats;

/// <summary>How an image is read.</summary>
public sealed class DecoderOptions
{
    internal static DecoderOptions Default { get; } = new();

    public Configuration Configuration { get; init; } = Configuration.Default;

    /// <summary>When set, the image is shrunk or enlarged to fit inside this size; its aspect ratio is kept.</summary>
    public Size? TargetSize { get; init; }

    /// <summary>The kernel for <see cref="TargetSize"/>.</summary>
    public IResampler Sampler { get; init; } = KnownResamplers.Box;

    /// <summary>Whether chunks that do not affect pixels are left unread.</summary>
    public bool SkipMetadata { get; init; }
}
