using System.Collections.Immutable;
using VlmQ.Core.Imaging;
using VlmQ.Models.Vision;

namespace VlmQ.Models.MoonDream2;

/// <summary>
/// Pre-processing of the revision of 2024-08-26: a picture is squashed to the one of four sizes that is nearest to its shape, then looked
/// at as a whole and, where it is larger than one view, square by square.
/// </summary>
public static class ResizedViews
{
    // Pictures below this go into a single view.
    private const int SmallBelow = 512;

    /// <summary>The size that a picture is resized to.</summary>
    /// <param name="width">Pixels in a row of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="view">Side of a view, 378.</param>
    public static (int Width, int Height) SizeOf(int width, int height, int view)
    {
        if (Math.Max(width, height) < SmallBelow)
        {
            return (view, view);
        }
        ImmutableArray<(int Height, int Width)> sizes = [(view, view), (view, 2 * view), (2 * view, view), (2 * view, 2 * view)];
        // The original compares its target's height with the picture's width and the reverse; kept, since it decides between squares.
        (int bestHeight, int bestWidth) = sizes
            .OrderBy(size => Math.Abs(((double)size.Width / size.Height) - ((double)width / height)))
            .ThenBy(size => Math.Abs(size.Height - width) + Math.Abs(size.Width - height))
            .First();
        return (bestWidth, bestHeight);
    }

    /// <summary>The picture at its size, by Pillow's bicubic filter.</summary>
    public static RgbImage Resize(RgbImage picture, int view)
    {
        ArgumentNullException.ThrowIfNull(picture);
        (int width, int height) = SizeOf(picture.Width, picture.Height, view);
        return PillowResampler.Bicubic(picture, width, height);
    }

    /// <summary>The squares of a resized picture, row by row; none of a picture that is a single view.</summary>
    public static ImmutableArray<RgbImage> Squares(RgbImage resized, int view)
    {
        ArgumentNullException.ThrowIfNull(resized);
        if (resized.Width == view && resized.Height == view)
        {
            return [];
        }
        ImmutableArray<RgbImage>.Builder squares = ImmutableArray.CreateBuilder<RgbImage>();
        for (int top = 0; top < resized.Height; top += view)
        {
            for (int left = 0; left < resized.Width; left += view)
            {
                squares.Add(Pictures.Crop(resized, left, top, view, view));
            }
        }
        return squares.DrainToImmutable();
    }
}
