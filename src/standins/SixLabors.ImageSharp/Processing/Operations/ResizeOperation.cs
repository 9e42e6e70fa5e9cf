using System.Buffers;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Pixels;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Processing.Operations;

/// <summary>
/// Separable resampling in single precision, one output row at a time: the source rows that it needs are mixed first, then the columns
/// of the mixed row. Nothing is rounded in between.
/// </summary>
internal sealed record ResizeOperation(Size Size, IResampler Sampler, bool PremultiplyAlpha) : PixelOperation
{
    public override unsafe PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
    {
        if (Size.Width == source.Width && Size.Height == source.Height)
        {
            return source.Copy(configuration);
        }
        PixelBuffer<TPixel> target = PixelBuffer<TPixel>.Allocate(configuration, Size.Width, Size.Height);
        KernelTable across = new(source.Width, Size.Width, Sampler);
        KernelTable down = new(source.Height, Size.Height, Sampler);
        ReadOnlySpan<byte> pixels = MemoryMarshal.AsBytes(source.Pixels);
        if (typeof(TPixel) == typeof(Rgba32) && PremultiplyAlpha && AlphaMath.IsTranslucent(pixels))
        {
            ResizeTranslucent(pixels, source.Width, target, across, down);
        }
        else
        {
            ResizeBytes(pixels, source.Width, sizeof(TPixel), target, across, down);
        }
        return target;
    }

    private static void ResizeBytes<TPixel>(
        ReadOnlySpan<byte> pixels,
        int width,
        int channels,
        PixelBuffer<TPixel> target,
        KernelTable across,
        KernelTable down
    )
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using FloatRows mixed = new(width * channels);
        using FloatRows output = new(target.Width * channels);
        for (int y = 0; y < target.Height; y += FloatRows.Count)
        {
            int rows = Math.Min(FloatRows.Count, target.Height - y);
            for (int k = 0; k < rows; k++)
            {
                Convolution.MixRows(pixels[(down.Start(y + k) * width * channels)..], width * channels, down.Weights(y + k), mixed.Row(k));
            }
            Convolution.MixColumns(mixed, channels, across, target.Width, output);
            for (int k = 0; k < rows; k++)
            {
                Convolution.ToBytes(output.Row(k), MemoryMarshal.AsBytes(target.Row(y + k)));
            }
        }
    }

    private static void ResizeTranslucent<TPixel>(
        ReadOnlySpan<byte> pixels,
        int width,
        PixelBuffer<TPixel> target,
        KernelTable across,
        KernelTable down
    )
        where TPixel : unmanaged, IPixel<TPixel>
    {
        const int Channels = 4;
        float[] premultiplied = ArrayPool<float>.Shared.Rent(pixels.Length);
        AlphaMath.Premultiply(pixels, premultiplied);
        using FloatRows mixed = new(width * Channels);
        using FloatRows output = new(target.Width * Channels);
        for (int y = 0; y < target.Height; y++)
        {
            Convolution.MixRows(premultiplied.AsSpan(down.Start(y) * width * Channels), width * Channels, down.Weights(y), mixed.Row(0));
            Convolution.MixColumns(mixed, Channels, across, target.Width, output);
            AlphaMath.Unpremultiply(output.Row(0));
            Convolution.ToBytes(output.Row(0), MemoryMarshal.AsBytes(target.Row(y)));
        }
        ArrayPool<float>.Shared.Return(premultiplied);
    }
}
