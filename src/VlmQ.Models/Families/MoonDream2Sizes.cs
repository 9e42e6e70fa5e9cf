namespace VlmQ.Models.Families;

/// <summary>The sizes that both revisions of MoonDream2 share; the defaults are the published model's (docs: SigLIP so400m, Phi-1.5).</summary>
public sealed record MoonDream2Sizes
{
    /// <summary>The vision encoder's blocks.</summary>
    public TransformerSizes Vision { get; init; } = new(27, 1152, 16, 4304);

    /// <summary>The text model's blocks.</summary>
    public TransformerSizes Text { get; init; } = new(24, 2048, 32, 8192);

    /// <summary>Side of a view in pixels.</summary>
    public int ImageSize { get; init; } = 378;

    /// <summary>Side of a patch in pixels.</summary>
    public int PatchSize { get; init; } = 14;

    /// <summary>Inner width of the projection from two views' features to the text width.</summary>
    public int ProjectionWidth { get; init; } = 8192;

    /// <summary>V: rows of the embedding and of the head.</summary>
    public int Vocabulary { get; init; } = 51200;

    /// <summary>Most positions of a sequence.</summary>
    public int ContextLength { get; init; } = 2048;

    /// <summary>Views of one picture that the encoder sees at most.</summary>
    public int MaximumViews { get; init; } = 5;

    /// <summary>Patches of a view, which are the picture's positions in the sequence.</summary>
    public int Patches => Grid * Grid;

    /// <summary>Patches along a side.</summary>
    public int Grid => ImageSize / PatchSize;

    /// <summary>Numbers of a patch.</summary>
    public int PatchWidth => 3 * PatchSize * PatchSize;
}
