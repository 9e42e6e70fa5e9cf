namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>A reduced image of an interlaced PNG: every <c>StepX</c>-th pixel of every <c>StepY</c>-th row.</summary>
internal readonly record struct PngPass(int X, int Y, int StepX, int StepY, int Width, int Height)
{
    public static PngPass Whole(int width, int height) => new(0, 0, 1, 1, width, height);

    /// <summary>The passes that hold pixels; the others do not occur in the data at all.</summary>
    public static PngPass[] Adam7(int width, int height)
    {
        ReadOnlySpan<(int X, int Y, int StepX, int StepY)> grid =
        [
            (0, 0, 8, 8),
            (4, 0, 8, 8),
            (0, 4, 4, 8),
            (2, 0, 4, 4),
            (0, 2, 2, 4),
            (1, 0, 2, 2),
            (0, 1, 1, 2),
        ];
        List<PngPass> passes = new(grid.Length);
        foreach ((int x, int y, int stepX, int stepY) in grid)
        {
            if (x < width && y < height)
            {
                passes.Add(new PngPass(x, y, stepX, stepY, Steps(width - x, stepX), Steps(height - y, stepY)));
            }
        }
        return [.. passes];
    }

    private static int Steps(int length, int step) => ((length - 1) / step) + 1;
}
