using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Images;

namespace VlmQ.Datasets.Conversion;

/// <summary>Gives pictures the size that a model takes: PNG in, bicubic as Pillow does it, PNG out. Safe from several threads.</summary>
/// <param name="side">Side of the square in pixels; null leaves the bytes untouched.</param>
/// <param name="pixelLimit">Pixels beyond which a picture is refused.</param>
internal sealed class PictureFitter(int? side, long pixelLimit)
{
    /// <summary>The picture in its new size; one that has it already keeps its bytes. What does not decode is a fault in any case.</summary>
    public Result<ImmutableArray<byte>> Fit(ImmutableArray<byte> png, string where) =>
        PngCodec.Decode(png.AsSpan(), where, pixelLimit).Map(image => side is not { } pixels || (image.Width, image.Height) == (pixels, pixels)
            ? png
            : PngCodec.Encode(PillowResampler.Bicubic(image, pixels, pixels)));
}
