using System.Buffers;
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

/// <summary>Pictures to PNG files, and back from PNG or JPEG files. Safe from several threads.</summary>
public static class PictureCodec
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
        // Drawn or copied into memory that the next picture uses again: fresh memory of this size costs more than a drawing.
        byte[] buffer = ArrayPool<byte>.Shared.Rent(image.ByteCount);
        try
        {
            Memory<byte> bytes = buffer.AsMemory(0, image.ByteCount);
            image.CopyTo(bytes.Span);
            using Image<Rgb24> pixels = Image.WrapMemory<Rgb24>(bytes, image.Width, image.Height);
            using MemoryStream stream = new(capacity: 1 << 13);
            pixels.Save(stream, Encoder);
            return ImmutableCollectionsMarshal.AsImmutableArray(stream.ToArray());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Decodes a PNG or JPEG file of any colour type; alpha is dropped, 16-bit channels are rounded to 8.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="where">Where they come from, for the fault.</param>
    /// <param name="pixelLimit">Pixels beyond which the picture is refused before anything is decoded.</param>
    public static Result<RgbImage> Decode(ReadOnlySpan<byte> file, string where, long pixelLimit = DefaultPixelLimit)
    {
        if (NoPicture(file, where) is { } fault)
        {
            return fault;
        }
        try
        {
            ImageInfo info = Image.Identify(file);
            if (Beyond(info, pixelLimit))
            {
                return TooLarge(info, where, pixelLimit);
            }
            byte[] bytes = new byte[checked(info.Width * info.Height * 3)];
            DecodePixels(file, bytes);
            return new RgbImage(info.Width, info.Height, ImmutableCollectionsMarshal.AsImmutableArray(bytes));
        }
        catch (Exception exception) when (IsBadImage(exception))
        {
            return Bad(file, exception, where);
        }
    }

    /// <summary>Decodes a PNG or JPEG file of a known size into packed RGB bytes.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="width">Pixels in a row that it must have.</param>
    /// <param name="height">Rows that it must have.</param>
    /// <param name="pixels">Gets <c>[height, width, 3]</c>; exactly that long.</param>
    /// <param name="where">Where the bytes come from, for the fault.</param>
    /// <returns>The fault, or null.</returns>
    public static Fault? DecodeInto(ReadOnlySpan<byte> file, int width, int height, Span<byte> pixels, string where)
    {
        if (NoPicture(file, where) is { } fault)
        {
            return fault;
        }
        try
        {
            ImageInfo info = Image.Identify(file);
            if (info.Width != width || info.Height != height)
            {
                return Fault.Data(
                    $"the picture is {info.Width}×{info.Height}, others are {width}×{height}",
                    where,
                    "convert the episodes with an image size: --image-size"
                );
            }
            DecodePixels(file, pixels);
            return null;
        }
        catch (Exception exception) when (IsBadImage(exception))
        {
            return Bad(file, exception, where);
        }
    }

    /// <summary>The size that a PNG or JPEG file's header claims.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="where">Where they come from, for the fault.</param>
    /// <param name="pixelLimit">Pixels beyond which the picture is refused.</param>
    public static Result<(int Width, int Height)> SizeOf(ReadOnlySpan<byte> file, string where, long pixelLimit = DefaultPixelLimit)
    {
        if (NoPicture(file, where) is { } fault)
        {
            return fault;
        }
        try
        {
            ImageInfo info = Image.Identify(file);
            return Beyond(info, pixelLimit) ? TooLarge(info, where, pixelLimit) : (info.Width, info.Height);
        }
        catch (Exception exception) when (IsBadImage(exception))
        {
            return Bad(file, exception, where);
        }
    }

    private static void DecodePixels(ReadOnlySpan<byte> file, Span<byte> pixels)
    {
        if (!HasEnd(file))
        {
            throw new InvalidImageContentException("The file is cut short: it has no closing chunk or marker.");
        }
        using Image<Rgb24> image = Image.Load<Rgb24>(Options, file);
        image.CopyPixelDataTo(pixels);
    }

    // ImageSharp takes a file that stops between chunks or in a scan; the closing chunk or marker shows that it is whole.
    private static bool HasEnd(ReadOnlySpan<byte> file)
    {
        if (PictureFormat.Describe(file) == PictureFormat.Jpeg)
        {
            // A thumbnail inside the header has an end of its own, but no scan of the picture comes after the picture's end.
            ReadOnlySpan<byte> startOfScan = [0xFF, 0xDA];
            ReadOnlySpan<byte> endOfImage = [0xFF, 0xD9];
            return file.LastIndexOf(endOfImage) > file.LastIndexOf(startOfScan);
        }
        ReadOnlySpan<byte> end = [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];
        return file.LastIndexOf(end) >= 0;
    }

    private static Fault? NoPicture(ReadOnlySpan<byte> file, string where) =>
        PictureFormat.IsReadable(file)
            ? null
            : Fault.Data(
                $"the picture is {PictureFormat.Describe(file)}, not PNG or JPEG",
                where,
                "store pictures as PNG or JPEG in the image column"
            );

    private static bool Beyond(ImageInfo info, long pixelLimit) => (long)info.Width * info.Height > pixelLimit;

    private static Fault TooLarge(ImageInfo info, string where, long pixelLimit) =>
        Fault.Data(
            $"the picture claims {info.Width}×{info.Height} pixels; the limit is {pixelLimit}",
            where,
            "make the episode again with a smaller picture"
        );

    private static Fault Bad(ReadOnlySpan<byte> file, Exception exception, string where) =>
        Fault.Data($"the picture is no whole {PictureFormat.Describe(file)} file: {exception.Reason()}", where, "make the episode again");

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
