using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Models.Vision;

namespace VlmQ.Models.XGenMm;

/// <summary>
/// How xGen-MM looks at a picture of some size: once as a whole, squashed into a square view, and once larger, resized into the grid of
/// views that wastes the least (the checkpoints' image processor, "any resolution"). Pure index arithmetic; sizes are in pixels.
/// </summary>
public sealed record ViewLayout
{
    private ViewLayout(int width, int height, int gridWidth, int gridHeight, int viewSize)
    {
        (ImageWidth, ImageHeight, GridWidth, GridHeight, ViewSize) = (width, height, gridWidth, gridHeight, viewSize);
        double across = (double)gridWidth / width;
        double down = (double)gridHeight / height;
        (ResizedWidth, ResizedHeight) =
            across < down
                ? (gridWidth, Math.Min((int)Math.Ceiling(height * across), gridHeight))
                : (Math.Min((int)Math.Ceiling(width * down), gridWidth), gridHeight);
    }

    /// <summary>Pixels in a row of the picture.</summary>
    public int ImageWidth { get; }

    /// <summary>Rows of the picture.</summary>
    public int ImageHeight { get; }

    /// <summary>Side of a square view.</summary>
    public int ViewSize { get; }

    /// <summary>Width of the grid; a multiple of <see cref="ViewSize"/>.</summary>
    public int GridWidth { get; }

    /// <summary>Height of the grid; a multiple of <see cref="ViewSize"/>.</summary>
    public int GridHeight { get; }

    /// <summary>Width of the resized picture, which keeps its aspect ratio.</summary>
    public int ResizedWidth { get; }

    /// <summary>Height of the resized picture.</summary>
    public int ResizedHeight { get; }

    /// <summary>Where the resized picture begins in the grid; what it leaves free is black.</summary>
    public int PasteX => (GridWidth - ResizedWidth) / 2;

    /// <summary>Where the resized picture begins in the grid.</summary>
    public int PasteY => (GridHeight - ResizedHeight) / 2;

    /// <summary>Views side by side in the grid.</summary>
    public int Columns => GridWidth / ViewSize;

    /// <summary>Views one below the other in the grid.</summary>
    public int Rows => GridHeight / ViewSize;

    /// <summary>Views of the grid, and the squashed one in front of them.</summary>
    public int Views => 1 + (Rows * Columns);

    /// <summary>Chooses the grid for a picture.</summary>
    /// <param name="width">Pixels in a row of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="grids">The grids to choose from, as (width, height); of equally good ones the first is taken.</param>
    /// <param name="viewSize">Side of a square view.</param>
    public static Result<ViewLayout> For(int width, int height, ImmutableArray<(int Width, int Height)> grids, int viewSize)
    {
        if (Pictures.Refusal(width, height) is { } fault)
        {
            return fault;
        }
        (int Width, int Height) best = grids[0];
        long mostUsed = -1;
        long leastWasted = long.MaxValue;
        foreach ((int Width, int Height) grid in grids)
        {
            double scale = Math.Min((double)grid.Width / width, (double)grid.Height / height);
            // Enlarging a picture shows no more of it than there is.
            long used = Math.Min((long)(width * scale) * (long)(height * scale), (long)width * height);
            long wasted = ((long)grid.Width * grid.Height) - used;
            if (used > mostUsed || (used == mostUsed && wasted < leastWasted))
            {
                (best, mostUsed, leastWasted) = (grid, used, wasted);
            }
        }
        return new ViewLayout(width, height, best.Width, best.Height, viewSize);
    }

    /// <summary>
    /// What the resampler's sets are made of. The first set is the squashed view. The grid's views are laid out as one map, which is read
    /// row by row over its whole width and cut into as many sets: with views side by side, a set is complete rows of the map, not a view.
    /// </summary>
    /// <param name="patches">Patches along the side of a view.</param>
    /// <returns><c>[Views·patches²]</c>: for every place of every set the number of a patch, counted view after view, row by row.</returns>
    public int[] SetOrder(int patches)
    {
        int ofView = patches * patches;
        int across = Columns * patches;
        int[] order = new int[Views * ofView];
        for (int place = 0; place < order.Length; place++)
        {
            int onMap = place - ofView;
            (int y, int x) = (onMap / across, onMap % across);
            int view = 1 + (y / patches * Columns) + (x / patches);
            order[place] = onMap < 0 ? place : (view * ofView) + (y % patches * patches) + (x % patches);
        }
        return order;
    }

    /// <summary>
    /// Which places of the sets count: not those that show padding. How much is padding follows from the picture's aspect ratio, rounded
    /// down to patches, not from <see cref="PasteX"/> and <see cref="PasteY"/>.
    /// </summary>
    /// <param name="patches">Patches along the side of a view.</param>
    /// <returns><c>[Views·patches²]</c>.</returns>
    public bool[] SetMask(int patches)
    {
        int across = Columns * patches;
        int down = Rows * patches;
        bool isWide = (double)ImageWidth / ImageHeight > (double)across / down;
        int padding = isWide
            ? (down - (int)(ImageHeight * ((double)across / ImageWidth))) / 2
            : (across - (int)(ImageWidth * ((double)down / ImageHeight))) / 2;
        int ofView = patches * patches;
        bool[] mask = new bool[Views * ofView];
        for (int place = 0; place < mask.Length; place++)
        {
            int onMap = place - ofView;
            int line = isWide ? onMap / across : onMap % across;
            mask[place] = onMap < 0 || (line >= padding && line < (isWide ? down : across) - padding);
        }
        return mask;
    }
}
