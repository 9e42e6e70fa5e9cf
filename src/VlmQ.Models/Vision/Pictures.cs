using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;

namespace VlmQ.Models.Vision;

/// <summary>Pictures of batches, and what models refuse.</summary>
public static class Pictures
{
    /// <summary>The longer side of a picture may be this many times the shorter one.</summary>
    public const int LargestRatio = 100;

    /// <summary>What is wrong with the size of a picture; null where models can make something of it.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="where">Where the picture comes from; may be empty.</param>
    public static Fault? Refusal(int width, int height, string where = "") =>
        width >= 1 && height >= 1 && Math.Max(width, height) <= LargestRatio * (long)Math.Min(width, height)
            ? null
            : Fault.Data(
                $"a picture of {width}×{height} pixels is too narrow to be read",
                where,
                $"pictures may be up to {LargestRatio} times as long as wide"
            );

    /// <summary>The pixels of one picture of a batch, <c>[height, width, 3]</c>, in the batch's own memory.</summary>
    /// <param name="images">8-bit RGB, <c>[rows, height, width, 3]</c>.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="row">Which.</param>
    /// <exception cref="FaultException">No model can make anything of a picture of this size, or the batch does not hold it.</exception>
    public static ReadOnlyMemory<byte> PixelsOf(byte[] images, int width, int height, int row)
    {
        ArgumentNullException.ThrowIfNull(images);
        string where = $"row {row} of the batch";
        if (Refusal(width, height, where) is { } fault)
        {
            throw new FaultException(fault);
        }
        long bytes = (long)width * height * 3;
        return (row + 1) * bytes <= images.Length
            ? images.AsMemory((int)(row * bytes), (int)bytes)
            : throw new FaultException(
                Fault.Data(
                    $"the {images.Length} bytes of the pictures do not hold one of {width}×{height} pixels for every row",
                    where,
                    "the pictures of a batch are all of the stated size"
                )
            );
    }

    /// <summary>One picture of a batch.</summary>
    /// <inheritdoc cref="PixelsOf"/>
    public static RgbImage Of(byte[] images, int width, int height, int row) =>
        new(width, height, ImmutableArray.Create(PixelsOf(images, width, height, row).Span));

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
