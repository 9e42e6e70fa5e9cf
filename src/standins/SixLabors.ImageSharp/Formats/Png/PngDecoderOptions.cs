namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>How a PNG is read.</summary>
public sealed class PngDecoderOptions
{
    public DecoderOptions GeneralOptions { get; init; } = new();

    public PngCrcChunkHandling PngCrcChunkHandling { get; init; } = PngCrcChunkHandling.IgnoreNonCritical;
}
