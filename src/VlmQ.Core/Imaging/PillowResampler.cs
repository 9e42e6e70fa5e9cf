using System.Buffers;
using System.Runtime.InteropServices;

namespace VlmQ.Core.Imaging;

/// <summary>
/// Resizing exactly as Pillow does it for 8-bit RGB: fixed-point weights of 22 bits, the horizontal pass first and rounded to bytes, then
/// the vertical one. No byte differs from Pillow 9.4.
/// </summary>
public static class PillowResampler
{
    /// <summary>Pillow's <c>BICUBIC</c>, its default for RGB images.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">Pixels in a row of the result, at least 1.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    public static RgbImage Bicubic(RgbImage image, int width, int height) => Resize(image, width, height, ResamplingKernel.Bicubic);

    /// <summary>Pillow's <c>LANCZOS</c>.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">Pixels in a row of the result, at least 1.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    public static RgbImage Lanczos(RgbImage image, int width, int height) => Resize(image, width, height, ResamplingKernel.Lanczos);

    private static RgbImage Resize(RgbImage image, int width, int height, ResamplingKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (width == image.Width && height == image.Height)
        {
            return image;
        }
        byte[] result = GC.AllocateUninitializedArray<byte>(checked(width * height * HorizontalPass.Channels));
        if (width == image.Width)
        {
            VerticalPass.Run(image.Pixels, width * HorizontalPass.Channels, new ResamplingWeights(image.Height, height, kernel), result);
        }
        else if (height == image.Height)
        {
            HorizontalPass.Run(image.Pixels, image.Width, new ResamplingWeights(image.Width, width, kernel), result);
        }
        else
        {
            RunBoth(image, width, height, kernel, result);
        }
        return new RgbImage(width, height, ImmutableCollectionsMarshal.AsImmutableArray(result));
    }

    private static void RunBoth(RgbImage image, int width, int height, ResamplingKernel kernel, Span<byte> result)
    {
        int length = checked(width * image.Height * HorizontalPass.Channels);
        byte[] narrowed = ArrayPool<byte>.Shared.Rent(length);
        HorizontalPass.Run(image.Pixels, image.Width, new ResamplingWeights(image.Width, width, kernel), narrowed.AsSpan(0, length));
        VerticalPass.Run(
            narrowed.AsSpan(0, length),
            width * HorizontalPass.Channels,
            new ResamplingWeights(image.Height, height, kernel),
            result
        );
        ArrayPool<byte>.Shared.Return(narrowed);
    }
}
