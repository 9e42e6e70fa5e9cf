using System.ComponentModel.DataAnnotations;

namespace VlmQ.Cli.Configuration;

/// <summary>The model to train from scratch: a preset of TinyVlm, parts of which can be changed.</summary>
internal sealed record ModelConfiguration
{
    /// <summary>XXS, XS, S, M or L.</summary>
    public string Preset { get; init; } = "XXS";

    /// <summary>Width of hidden states in place of the preset's.</summary>
    [Range(1, 65536)]
    public int? Width { get; init; }

    /// <summary>Blocks in place of the preset's.</summary>
    [Range(1, 1024)]
    public int? Layers { get; init; }

    /// <summary>Attention heads in place of the preset's.</summary>
    [Range(1, 1024)]
    public int? Heads { get; init; }

    /// <summary>Side of an image patch in pixels; a divisor of the image's.</summary>
    [Range(1, 1024)]
    public int PatchSize { get; init; } = 12;

    /// <summary>Most text tokens in a sequence.</summary>
    [Range(2, 65536)]
    public int TextLength { get; init; } = 96;

    /// <summary>Precision of matrix products.</summary>
    public PrecisionName Precision { get; init; } = PrecisionName.Float32;
}
