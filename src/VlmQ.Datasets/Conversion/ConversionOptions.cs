using VlmQ.Core.Prompting;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Conversion;

/// <summary>How episodes become transitions for a model.</summary>
public sealed record ConversionOptions
{
    /// <summary>The prompts; each environment in the data has its own.</summary>
    public required PromptSource Prompts { get; init; }

    /// <summary>Side in pixels to which pictures are resized; null leaves their bytes untouched.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Most tokens of a prompt, the image placeholder included.</summary>
    public int PromptLimit { get; init; } = 4096;

    /// <summary>Most tokens of a reply, the end token included.</summary>
    public int ReplyLimit { get; init; } = 1024;

    /// <summary>Episodes that are converted at once; the output does not depend on it.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Pixels beyond which a picture is refused.</summary>
    public long PixelLimit { get; init; } = PictureCodec.DefaultPixelLimit;

    /// <summary>How the transitions are cut into parts.</summary>
    public DatasetWriterOptions Writer { get; init; } = new();

    /// <summary>Throws if an option is out of range.</summary>
    /// <exception cref="ArgumentException">One is.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Prompts);
        if (ImageSize is { } side)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(side, 1, nameof(ImageSize));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(side, 16384, nameof(ImageSize));
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(PromptLimit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReplyLimit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PixelLimit, 1);
        Writer.Validate();
    }
}
