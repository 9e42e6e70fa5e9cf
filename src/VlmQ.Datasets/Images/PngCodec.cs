using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;

namespace VlmQ.Datasets.Images;

/// <summary>Pictures to PNG files and back. Safe from several threads.</summary>
public static class PngCodec
{
    /// <summary>Pixels that a picture may have unless a caller says otherwise: 4096 × 4096.</summary>
    public const long DefaultPixelLimit = 1L << 24;

    // Parallelism is over pictures, never inside one.
    private static readonly DecoderOptions Options = new() { Configuration = SingleThreaded(), SkipMetadata = true };

    private static readonly PngEncoder Encoder = new()
    {
        ColorType = PngColorType.Rgb,
        BitDepth = PngBitDepth.Bit8,
        FilterMethod = PngFilterMethod.None,
        CompressionLevel = PngCompressionLevel.Level6,
        SkipMetadata = true,
    };

    /// <summary>A picture as a PNG file: 8-bit truecolour, the same bytes for the same picture.</summary>
    public static ImmutableArray<byte> Encode(RgbImage image)
    {
        using Image<Rgb24> pixels = Image.LoadPixelData<Rgb24>(image.Pixels, image.Width, image.Height);
        using MemoryStream stream = new(capacity: 1 << 13);
        pixels.Save(stream, Encoder);
        return ImmutableCollectionsMarshal.AsImmutableArray(stream.ToArray());
    }

    /// <summary>Decodes a PNG file of any colour type; alpha is dropped, 16-bit channels are rounded to 8.</summary>
    /// <param name="png">The file's bytes.</param>
    /// <param name="where">Where they come from, for the fault.</param>
    /// <param name="pixelLimit">Pixels beyond which the picture is refused before anything is decoded.</param>
    public static Result<RgbImage> Decode(ReadOnlySpan<byte> png, string where, long pixelLimit = DefaultPixelLimit)
    {
        try
        {
            ImageInfo info = Image.Identify(png);
            if (Beyond(info, pixelLimit))
            {
                return TooLarge(info, where, pixelLimit);
            }
            byte[] bytes = new byte[checked(info.Width * info.Height * 3)];
            DecodePixels(png, bytes);
            return new RgbImage(info.Width, info.Height, ImmutableCollectionsMarshal.AsImmutableArray(bytes));
        }
        catch (Exception exception) when (IsBadImage(exception))
        {
            return Bad(exception, where);
        }
    }

    /// <summary>Decodes a PNG file of a known size into packed RGB bytes.</summary>
    /// <param name="png">The file's bytes.</param>
    /// <param name="width">Pixels in a row that it must have.</param>
    /// <param name="height">Rows that it must have.</param>
    /// <param name="pixels">Gets <c>[height, width, 3]</c>; exactly that long.</param>
    /// <param name="where">Where the bytes come from, for the fault.</param>
    /// <returns>The fault, or null.</returns>
    public static Fault? DecodeInto(ReadOnlySpan<byte> png, int width, int height, Span<byte> pixels, string where)
    {
        try
        {
            ImageInfo info = Image.Identify(png);
            if (info.Width != width || info.Height != height)
            {
                return Fault.Data(
                    $"the picture is {info.Width}×{info.Height}, others are {width}×{height}",
                    where,
                    "convert the episodes with an image size: --image-size"
                );
            }
            DecodePixels(png, pixels);
            return null;
        }
        catch (Exception exception) when (IsBadImage(exception))
        {
            return Bad(exception, where);
        }
    }

    /// <summary>The size that a PNG file's header claims.</summary>
    /// <param name="png">The file's bytes.</param>
    /// <param name="where">Where they come from, for the fault.</param>
    /// <param name="pixelLimit">Pixels beyond which the picture is refused.</param>
    public static Result<(int Width, int Height)> SizeOf(ReadOnlySpan<byte> png, string where, long pixelLimit = DefaultPixelLimit)
    {
        try
        {
            ImageInfo info = Image.Identify(png);
            return Beyond(info, pixelLimit) ? TooLarge(info, where, pixelLimit) : (info.Width, info.Height);
        }
        catch (Exception exception) when (IsBadImage(exception))
        {
            return Bad(exception, where);
        }
    }

    private static void DecodePixels(ReadOnlySpan<byte> png, Span<byte> pixels)
    {
        // ImageSharp takes a file that stops between chunks; the closing chunk shows that it is whole.
        ReadOnlySpan<byte> end = [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];
        if (png.LastIndexOf(end) < 0)
        {
            throw new InvalidImageContentException("The file is cut short: it has no closing chunk.");
        }
        using Image<Rgb24> image = Image.Load<Rgb24>(Options, png);
        image.CopyPixelDataTo(pixels);
    }

    private static bool Beyond(ImageInfo info, long pixelLimit) => (long)info.Width * info.Height > pixelLimit;

    private static Fault TooLarge(ImageInfo info, string where, long pixelLimit) =>
        Fault.Data(
            $"the picture claims {info.Width}×{info.Height} pixels; the limit is {pixelLimit}",
            where,
            "make the episode again with a smaller picture"
        );

    private static Fault Bad(Exception exception, string where) =>
        Fault.Data($"the picture is no whole PNG file: {exception.Message}", where, "make the episode again");

    // All that leaves ImageSharp for bytes that are no picture.
    private static bool IsBadImage(Exception exception) =>
        exception
            is ImageFormatException
                or ImageProcessingException
                or InvalidMemoryOperationException
                or NotSupportedException
                or ArgumentException
                or OverflowException
                or IOException;

    private static Configuration SingleThreaded()
    {
        Configuration configuration = Configuration.Default.Clone();
        configuration.MaxDegreeOfParallelism = 1;
        return configuration;
    }
}
