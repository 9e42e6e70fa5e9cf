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

    /// <summary><see cref="Bicubic(RgbImage, int, int)"/> from and into memory of the caller's.</summary>
    /// <param name="pixels"><c>[height, width, 3]</c>; exactly that long.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="newWidth">Pixels in a row of the result, at least 1.</param>
    /// <param name="newHeight">Rows of the result, at least 1.</param>
    /// <param name="result">Gets <c>[newHeight, newWidth, 3]</c>; exactly that long.</param>
    /// <exception cref="ArgumentException">A size or a length is not one of those.</exception>
    public static void Bicubic(ReadOnlySpan<byte> pixels, int width, int height, int newWidth, int newHeight, Span<byte> result)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(newWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(newHeight);
        if (width < 1 || pixels.Length != checked(width * height * HorizontalPass.Channels))
        {
            throw new ArgumentException($"{pixels.Length} bytes are no picture of {width}×{height}.", nameof(pixels));
        }
        if (result.Length != checked(newWidth * newHeight * HorizontalPass.Channels))
        {
            throw new ArgumentException($"{result.Length} bytes are no picture of {newWidth}×{newHeight}.", nameof(result));
        }
        Resize(pixels, width, height, newWidth, newHeight, ResamplingKernel.Bicubic, result);
    }

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
        Resize(image.Pixels, image.Width, image.Height, width, height, kernel, result);
        return new RgbImage(width, height, ImmutableCollectionsMarshal.AsImmutableArray(result));
    }

    private static void Resize(
        ReadOnlySpan<byte> pixels,
        int width,
        int height,
        int newWidth,
        int newHeight,
        ResamplingKernel kernel,
        Span<byte> result
    )
    {
        if (newWidth == width && newHeight == height)
        {
            pixels.CopyTo(result);
        }
        else if (newWidth == width)
        {
            VerticalPass.Run(pixels, width * HorizontalPass.Channels, new ResamplingWeights(height, newHeight, kernel), result);
        }
        else if (newHeight == height)
        {
            HorizontalPass.Run(pixels, width, new ResamplingWeights(width, newWidth, kernel), result);
        }
        else
        {
            int length = checked(newWidth * height * HorizontalPass.Channels);
            byte[] narrowed = ArrayPool<byte>.Shared.Rent(length);
            HorizontalPass.Run(pixels, width, new ResamplingWeights(width, newWidth, kernel), narrowed.AsSpan(0, length));
            VerticalPass.Run(
                narrowed.AsSpan(0, length),
                newWidth * HorizontalPass.Channels,
                new ResamplingWeights(height, newHeight, kernel),
                result
            );
            ArrayPool<byte>.Shared.Return(narrowed);
        }
    }
}
