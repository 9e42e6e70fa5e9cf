using System.Collections.Immutable;
using VlmQ.Core.Imaging;
using VlmQ.Models.Vision;

namespace VlmQ.Models.MoonDream2;

/// <summary>
/// Pre-processing of the revision of 2025-06-21: one crop of the whole picture, and a grid of crops of a larger copy that overlap by a
/// margin on every side.
/// </summary>
/// <param name="CropSize">Side of a crop in pixels, 378.</param>
/// <param name="PatchSize">Side of a patch in pixels, 14.</param>
/// <param name="Margin">Patches at each side of a crop that its neighbour shows too, 4.</param>
/// <param name="MaximumCrops">Most crops in the grid, 12.</param>
public sealed record OverlappingCrops(int CropSize, int PatchSize, int Margin, int MaximumCrops)
{
    /// <summary>Pixels at each side of a crop that its neighbour shows too.</summary>
    public int MarginPixels => Margin * PatchSize;

    /// <summary>Pixels of a crop's side that are its own.</summary>
    public int Window => CropSize - (2 * MarginPixels);

    /// <summary>The grid of a picture.</summary>
    /// <param name="width">Pixels in a row of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    public (int Rows, int Columns) TilingOf(int width, int height)
    {
        int down = height - (2 * MarginPixels);
        int across = width - (2 * MarginPixels);
        if (down <= Window || across <= Window)
        {
            return (1, 1);
        }
        int leastRows = ((down - 1) / Window) + 1;
        int leastColumns = ((across - 1) / Window) + 1;
        if (leastRows * leastColumns > MaximumCrops)
        {
            double ratio = Math.Sqrt((double)MaximumCrops / (leastRows * leastColumns));
            return (Math.Max(1, (int)Math.Floor(leastRows * ratio)), Math.Max(1, (int)Math.Floor(leastColumns * ratio)));
        }
        int rows = Math.Max((int)Math.Floor(Math.Sqrt((double)(MaximumCrops * down) / across)), leastRows);
        int columns = Math.Max((int)Math.Floor(Math.Sqrt((double)(MaximumCrops * across) / down)), leastColumns);
        if (rows * columns > MaximumCrops)
        {
            (rows, columns) = columns > rows ? (rows, MaximumCrops / rows) : (MaximumCrops / columns, columns);
        }
        return (Math.Max(1, rows), Math.Max(1, columns));
    }

    /// <summary>The crops, by Pillow's Lanczos filter: the whole picture first, then the grid row by row.</summary>
    public ImmutableArray<RgbImage> Of(RgbImage picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        (int rows, int columns) = TilingOf(picture.Width, picture.Height);
        ImmutableArray<RgbImage>.Builder crops = ImmutableArray.CreateBuilder<RgbImage>(1 + (rows * columns));
        crops.Add(PillowResampler.Lanczos(picture, CropSize, CropSize));
        RgbImage grid = PillowResampler.Lanczos(picture, (columns * Window) + (2 * MarginPixels), (rows * Window) + (2 * MarginPixels));
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                crops.Add(Pictures.Crop(grid, column * Window, row * Window, CropSize, CropSize));
            }
        }
        return crops.MoveToImmutable();
    }
}
