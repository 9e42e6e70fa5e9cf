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
    public static RgbImage Bicubic(RgbImage image, int width, int height) => Resized(image, width, height, ResamplingKernel.Bicubic);

    /// <summary>Pillow's <c>LANCZOS</c>.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">Pixels in a row of the result, at least 1.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    public static RgbImage Lanczos(RgbImage image, int width, int height) => Resized(image, width, height, ResamplingKernel.Lanczos);

    /// <summary>Runs a plan on a picture of the size that it is for.</summary>
    public static RgbImage Resize(RgbImage image, ResamplingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(plan);
        byte[] result = GC.AllocateUninitializedArray<byte>(checked(plan.NewWidth * plan.NewHeight * HorizontalPass.Channels));
        plan.Run(image.Pixels, result);
        return new RgbImage(plan.NewWidth, plan.NewHeight, ImmutableCollectionsMarshal.AsImmutableArray(result));
    }

    private static RgbImage Resized(RgbImage image, int width, int height, ResamplingKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(image);
        ResamplingPlan plan = new(image.Width, image.Height, width, height, kernel);
        return image.Width == width && image.Height == height ? image : Resize(image, plan);
    }
}
