using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;

namespace VlmQ.Models.Vision;

/// <summary>Pictures of batches, and what models refuse.</summary>
public static class Pictures
{
    /// <summary>The longer side of a picture may be this many times the shorter one.</summary>
    public const int LargestRatio = 100;

    /// <summary>One picture of a batch.</summary>
    /// <param name="images">8-bit RGB, <c>[rows, height, width, 3]</c>.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="row">Which.</param>
    /// <exception cref="FaultException">No model can make anything of a picture of this size.</exception>
    public static RgbImage Of(byte[] images, int width, int height, int row)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (width < 1 || height < 1 || Math.Max(width, height) > LargestRatio * (long)Math.Min(width, height))
        {
            throw new FaultException(
                Fault.Data(
                    $"a picture of {width}×{height} pixels is too narrow to be read",
                    $"row {row} of the batch",
                    $"pictures may be up to {LargestRatio} times as long as wide"
                )
            );
        }
        int bytes = checked(width * height * 3);
        return new RgbImage(width, height, ImmutableArray.Create(images.AsSpan(row * bytes, bytes)));
    }

    /// <summary>A part of a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="left">The part's first column.</param>
    /// <param name="top">The part's first row.</param>
    /// <param name="width">Pixels in a row of the part.</param>
    /// <param name="height">Rows of the part.</param>
    public static RgbImage Crop(RgbImage picture, int left, int top, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(picture);
        byte[] part = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            picture.Pixels.Slice((((top + y) * picture.Width) + left) * 3, width * 3).CopyTo(part.AsSpan(y * width * 3));
        }
        return new RgbImage(width, height, System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(part));
    }
}
