using System.Buffers;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Pixels;

namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>From the bytes of a JPEG to an image.</summary>
internal static class JpegDecoding
{
    public static ImageInfo Identify(ReadOnlySpan<byte> jpeg)
    {
        JpegFrame frame = JpegFile.ReadHeader(jpeg);
        ImageMetadata metadata = new() { DecodedImageFormat = JpegFormat.Instance };
        return new ImageInfo(new PixelTypeInfo(8 * frame.Components.Length), new Size(frame.Width, frame.Height), metadata);
    }

    public static Image<TPixel> Decode<TPixel>(DecoderOptions options, ReadOnlySpan<byte> jpeg)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        int length = jpeg.Length;
        (JpegFrame frame, JpegColorSpace colors) = JpegFile.Decode(jpeg, begun => Begin<TPixel>(options.Configuration, begun, length));
        using (frame)
        {
            Inverse(frame);
            PixelBuffer<TPixel> buffer = PixelBuffer<TPixel>.Allocate(options.Configuration, frame.Width, frame.Height);
            Paint(frame, colors, buffer);
            ImageMetadata metadata = new() { DecodedImageFormat = JpegFormat.Instance };
            return new Image<TPixel>(options.Configuration, buffer, metadata);
        }
    }

    /// <summary>Takes the memory of a frame that is not larger than allowed, nor than its bytes could fill.</summary>
    private static unsafe void Begin<TPixel>(Configuration configuration, JpegFrame frame, int length)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        try
        {
            configuration.MemoryAllocator.CheckSize(frame.Width, frame.Height, sizeof(TPixel));
        }
        catch (InvalidMemoryOperationException tooLarge)
        {
            throw new InvalidImageContentException(tooLarge.Message, tooLarge);
        }
        // A block takes one bit at least: that of its first coefficient.
        if (frame.Blocks > 8L * length || frame.WorkingBytes > Array.MaxLength)
        {
            throw new InvalidImageContentException(
                $"{length} bytes of JPEG cannot hold an image of {frame.Width} × {frame.Height} pixels."
            );
        }
        foreach (JpegComponent component in frame.Components)
        {
            component.Rent(frame.Progressive);
        }
    }

    private static void Inverse(JpegFrame frame)
    {
        if (!frame.Progressive)
        {
            return;
        }
        foreach (JpegComponent component in frame.Components)
        {
            ReadOnlySpan<short> coefficients = component.Coefficients;
            for (int y = 0; y < component.BlocksHigh; y++)
            {
                for (int x = 0; x < component.BlocksWide; x++)
                {
                    int index = ((y * component.PlaneBlocksWide) + x) * JpegSyntax.BlockSize;
                    ReadOnlySpan<short> block = coefficients.Slice(index, JpegSyntax.BlockSize);
                    Span<byte> plane = component.Plane.AsSpan((y * 8 * component.Stride) + (x * 8));
                    InverseDct.Transform(block, component.Quantization, plane, component.Stride);
                }
            }
        }
    }

    private static void Paint<TPixel>(JpegFrame frame, JpegColorSpace colors, PixelBuffer<TPixel> buffer)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        JpegUpsampler[] components = Array.ConvertAll(frame.Components, component => new JpegUpsampler(frame, component));
        Rgb24[] converted = ArrayPool<Rgb24>.Shared.Rent(frame.Width);
        for (int y = 0; y < frame.Height; y++)
        {
            Span<TPixel> row = buffer.Row(y);
            if (colors == JpegColorSpace.Grayscale)
            {
                PixelRows.Convert(MemoryMarshal.Cast<byte, L8>(components[0].Row(y)[..frame.Width]), row);
                continue;
            }
            bool direct = typeof(TPixel) == typeof(Rgb24);
            Span<Rgb24> rgb = direct ? MemoryMarshal.Cast<TPixel, Rgb24>(row) : converted.AsSpan(0, frame.Width);
            PaintRow(components, colors, y, rgb);
            if (!direct)
            {
                PixelRows.Convert<Rgb24, TPixel>(rgb, row);
            }
        }
        ArrayPool<Rgb24>.Shared.Return(converted);
        Array.ForEach(components, component => component.Dispose());
    }

    private static void PaintRow(JpegUpsampler[] components, JpegColorSpace colors, int y, Span<Rgb24> row)
    {
        ReadOnlySpan<byte> first = components[0].Row(y);
        ReadOnlySpan<byte> second = components[1].Row(y);
        ReadOnlySpan<byte> third = components[2].Row(y);
        switch (colors)
        {
            case JpegColorSpace.Rgb:
                JpegColors.FromRgb(first, second, third, row);
                break;
            case JpegColorSpace.Cmyk:
                JpegColors.FromInvertedCmyk(first, second, third, components[3].Row(y), row);
                break;
            case JpegColorSpace.Ycck:
                JpegColors.FromInvertedYcck(first, second, third, components[3].Row(y), row);
                break;
            default:
                JpegColors.FromYCbCr(first, second, third, row);
                break;
        }
    }
}
