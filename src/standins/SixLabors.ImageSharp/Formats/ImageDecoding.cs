using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace SixLabors.ImageSharp.Formats;

/// <summary>Chooses the decoder by the first bytes.</summary>
internal static class ImageDecoding
{
    /// <exception cref="UnknownImageFormatException">Neither PNG nor JPEG.</exception>
    public static IImageFormat DetectFormat(ReadOnlySpan<byte> data)
    {
        if (PngSyntax.StartsWithSignature(data))
        {
            return PngFormat.Instance;
        }
        return JpegSyntax.StartsWithSignature(data)
            ? JpegFormat.Instance
            : throw new UnknownImageFormatException("The data begin with neither the signature of PNG nor that of JPEG.");
    }

    public static ImageInfo Identify(ReadOnlySpan<byte> data) =>
        DetectFormat(data) is JpegFormat ? JpegDecoding.Identify(data) : PngDecoding.Identify(data);

    /// <summary>In the pixel format that holds what the data have; a JPEG always as <see cref="Rgb24"/>.</summary>
    public static Image DecodeAny(DecoderOptions options, ReadOnlySpan<byte> data) =>
        DetectFormat(data) is JpegFormat
            ? Fit(options, JpegDecoding.Decode<Rgb24>(options, data))
            : PngDecoding.DecodeAny(new PngDecoderOptions { GeneralOptions = options }, data);

    public static Image<TPixel> Decode<TPixel>(DecoderOptions options, ReadOnlySpan<byte> data)
        where TPixel : unmanaged, IPixel<TPixel> =>
        DetectFormat(data) is JpegFormat
            ? Fit(options, JpegDecoding.Decode<TPixel>(options, data))
            : PngDecoding.Decode<TPixel>(new PngDecoderOptions { GeneralOptions = options }, data);

    /// <summary>Resizes to <see cref="DecoderOptions.TargetSize"/>, if that is set.</summary>
    public static Image<TPixel> Fit<TPixel>(DecoderOptions options, Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        if (options.TargetSize is { } size)
        {
            image.Mutate(context =>
                context.Resize(
                    new ResizeOptions
                    {
                        Size = size,
                        Sampler = options.Sampler,
                        Mode = ResizeMode.Max,
                    }
                )
            );
        }
        return image;
    }
}
