using System.Collections.Immutable;

namespace VlmQ.Models.Families;

/// <summary>The sizes of xGen-MM; the defaults are those of the published v1.5 models.</summary>
public sealed record XGenMmSizes
{
    private static readonly ImmutableArray<(int Width, int Height)> PublishedGrids =
    [
        (384, 768),
        (768, 384),
        (768, 768),
        (1152, 384),
        (384, 1152),
    ];

    /// <summary>The vision tower's layers.</summary>
    public TransformerSizes Vision { get; init; } = new(27, 1152, 16, 4304);

    /// <summary>The language model's layers.</summary>
    public TransformerSizes Text { get; init; } = new(32, 3072, 32, 8192);

    /// <summary>Side of a view in pixels.</summary>
    public int ImageSize { get; init; } = 384;

    /// <summary>Side of a patch in pixels.</summary>
    public int PatchSize { get; init; } = 14;

    /// <summary>Layers of the resampler.</summary>
    public int ResamplerLayers { get; init; } = 6;

    /// <summary>Attention heads of the resampler.</summary>
    public int ResamplerHeads { get; init; } = 16;

    /// <summary>Width of one of them.</summary>
    public int ResamplerHeadWidth { get; init; } = 96;

    /// <summary>Inner width of the resampler's perceptrons, as a multiple of the vision tower's width.</summary>
    public int ResamplerExpansion { get; init; } = 4;

    /// <summary>Latents: positions that one set of 729 features becomes.</summary>
    public int Latents { get; init; } = 128;

    /// <summary>The grids of views that a picture may be resized into, in pixels; of equally good ones the first is taken.</summary>
    public ImmutableArray<(int Width, int Height)> Grids { get; init; } = PublishedGrids;

    /// <summary>Sets of one picture at most: the whole of it and its views.</summary>
    public int MaximumViews => 1 + Grids.Max(grid => grid.Width / ImageSize * (grid.Height / ImageSize));

    /// <summary>Rows of the first embedding and of the first head, used or not.</summary>
    public int Rows { get; init; } = 32064;

    /// <summary>Ids that the first tables answer for; the following ones belong to the additional tables.</summary>
    public int FirstIds { get; init; } = 32012;

    /// <summary>Ids of the additional tables.</summary>
    public int AdditionalIds { get; init; } = 3;

    /// <summary>Most positions of a sequence.</summary>
    public int ContextLength { get; init; } = 4096;

    /// <summary>w: how far back a position sees; see <see cref="WindowDistance"/>.</summary>
    public int SlidingWindow { get; init; } = 2047;

    /// <summary>
    /// Whether a position sees the one w before it, as in the library that the published models were trained with (transformers 4.41);
    /// others end the window one position sooner.
    /// </summary>
    public bool WindowIsInclusive { get; init; } = true;

    /// <summary>The largest distance between a position and one that it sees.</summary>
    public int WindowDistance => WindowIsInclusive ? SlidingWindow : SlidingWindow - 1;

    /// <summary>Inner width of the resampler's attention.</summary>
    public int ResamplerInnerWidth => ResamplerHeads * ResamplerHeadWidth;

    /// <summary>Patches of a view.</summary>
    public int Patches => ImageSize / PatchSize * (ImageSize / PatchSize);
}
