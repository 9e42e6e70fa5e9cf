using System.Runtime.InteropServices;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Pixels;

namespace SixLabors.ImageSharp;

/// <content>Images from pixels in memory, rows packed without gaps.</content>
public abstract partial class Image
{
    /// <summary>Copies packed bytes. More than needed is accepted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than the size needs.</exception>
    public static Image<TPixel> LoadPixelData<TPixel>(ReadOnlySpan<byte> data, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel> => LoadPixelData(MemoryMarshal.Cast<byte, TPixel>(data), width, height);

    /// <summary>Copies pixels. More than needed is accepted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer pixels than the size needs.</exception>
    public static Image<TPixel> LoadPixelData<TPixel>(ReadOnlySpan<TPixel> data, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        CheckLength(data.Length, width, height);
        PixelBuffer<TPixel> buffer = PixelBuffer<TPixel>.Allocate(Configuration.Default, width, height);
        data[..(width * height)].CopyTo(buffer.Pixels);
        return new Image<TPixel>(Configuration.Default, buffer, new ImageMetadata());
    }

    /// <summary>An image over the caller's memory, which it reads and writes in place and never frees.</summary>
    public static Image<TPixel> WrapMemory<TPixel>(Memory<TPixel> pixelMemory, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        CheckLength(pixelMemory.Length, width, height);
        return new Image<TPixel>(Configuration.Default, PixelBuffer<TPixel>.Wrap(pixelMemory, width, height), new ImageMetadata());
    }

    /// <summary>An image over the caller's bytes, which it reads and writes in place and never frees.</summary>
    public static unsafe Image<TPixel> WrapMemory<TPixel>(Memory<byte> byteMemory, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        CheckLength(byteMemory.Length / sizeof(TPixel), width, height);
        return WrapMemory(new WrappedBytes<TPixel>(byteMemory).Memory, width, height);
    }

    private static void CheckLength(int pixels, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels, (long)width * height, "data");
    }
}
