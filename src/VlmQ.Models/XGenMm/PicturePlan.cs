using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Models.Families;

namespace VlmQ.Models.XGenMm;

/// <summary>A picture and how it will be looked at.</summary>
/// <param name="Pixels">8-bit RGB, <c>[height, width, 3]</c>.</param>
/// <param name="Layout">Its views.</param>
/// <param name="Tokens">How many embeddings it becomes.</param>
internal sealed record PicturePlan(ReadOnlyMemory<byte> Pixels, ViewLayout Layout, int Tokens)
{
    /// <summary>Plans a picture.</summary>
    public static Result<PicturePlan> Of(RgbImage picture, XGenMmSizes sizes) =>
        Of(picture.PixelArray.AsMemory(), picture.Width, picture.Height, sizes);

    /// <summary>Plans one of many pictures of one size.</summary>
    public static Result<PicturePlan> Of(byte[] images, int index, int width, int height, XGenMmSizes sizes)
    {
        long length = (long)width * height * 3;
        long begin = index * length;
        return begin + length <= images.Length
            ? Of(images.AsMemory((int)begin, (int)length), width, height, sizes)
            : Fault.Data(
                $"{images.Length} bytes do not hold the picture of row {index}, which is {width}×{height}",
                $"row {index} of the batch",
                "the pictures of a batch are all of the stated size"
            );
    }

    private static Result<PicturePlan> Of(ReadOnlyMemory<byte> pixels, int width, int height, XGenMmSizes sizes) =>
        ViewLayout
            .For(width, height, sizes.Grids, sizes.ImageSize)
            .Map(layout => new PicturePlan(pixels, layout, layout.Views * sizes.Latents));
}
