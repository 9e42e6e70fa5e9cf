using System.Buffers;
using System.Runtime.CompilerServices;
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
        ReadOnlySpan<byte> pixels, int width, int channels, PixelBuffer<TPixel> target, KernelTable across, KernelTable down)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using FloatRow mixed = new(width * channels);
        using FloatRow output = new(target.Width * channels);
        for (int y = 0; y < target.Height; y++)
        {
            Convolution.MixRows(pixels[(down.Start(y) * width * channels)..], width * channels, down.Weights(y), mixed.Padded);
            Convolution.MixColumns(mixed.Padded, channels, across, target.Width, output.Padded);
            Convolution.ToBytes(output.Values, MemoryMarshal.AsBytes(target.Row(y)));
        }
    }

    private static void ResizeTranslucent<TPixel>(
        ReadOnlySpan<byte> pixels, int width, PixelBuffer<TPixel> target, KernelTable across, KernelTable down)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        const int Channels = 4;
        using FloatRow premultiplied = new(pixels.Length);
        AlphaMath.Premultiply(pixels, premultiplied.Values);
        using FloatRow mixed = new(width * Channels);
        using FloatRow output = new(target.Width * Channels);
        for (int y = 0; y < target.Height; y++)
        {
            Convolution.MixRows(premultiplied.Values[(down.Start(y) * width * Channels)..], width * Channels, down.Weights(y), mixed.Padded);
            Convolution.MixColumns(mixed.Padded, Channels, across, target.Width, output.Padded);
            AlphaMath.Unpremultiply(output.Values);
            Convolution.ToBytes(output.Values, MemoryMarshal.AsBytes(target.Row(y)));
        }
    }

    /// <summary>Rented floats with four more behind them, so that a vector may be read or written over the end.</summary>
    private sealed class FloatRow(int length) : IDisposable
    {
        private readonly float[] rented = ArrayPool<float>.Shared.Rent(checked(length + Convolution.Padding));

        public Span<float> Values => rented.AsSpan(0, length);

        public Span<float> Padded => rented.AsSpan(0, length + Convolution.Padding);

        public void Dispose() => ArrayPool<float>.Shared.Return(rented);
    }
}
