using System.Buffers;

namespace VlmQ.Core.Imaging;

/// <summary>
/// What resizing depends on but the pixels: the weights of both passes for pictures of one size and results of another. Made once, it
/// resizes any number of pictures, from several threads.
/// </summary>
public sealed class ResamplingPlan
{
    private readonly HorizontalPass? _horizontal;
    private readonly VerticalPass? _vertical;

    internal ResamplingPlan(int width, int height, int newWidth, int newHeight, ResamplingKernel kernel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(newWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(newHeight);
        Width = width;
        Height = height;
        NewWidth = newWidth;
        NewHeight = newHeight;
        _horizontal = newWidth == width ? null : new HorizontalPass(width, new ResamplingWeights(width, newWidth, kernel));
        _vertical = newHeight == height ? null : new VerticalPass(new ResamplingWeights(height, newHeight, kernel));
    }

    /// <summary>Pixels in a row of the pictures.</summary>
    public int Width { get; }

    /// <summary>Rows of the pictures.</summary>
    public int Height { get; }

    /// <summary>Pixels in a row of the results.</summary>
    public int NewWidth { get; }

    /// <summary>Rows of the results.</summary>
    public int NewHeight { get; }

    /// <summary>A plan with Pillow's <c>BICUBIC</c>.</summary>
    /// <param name="width">Pixels in a row of the pictures, at least 1.</param>
    /// <param name="height">Rows of the pictures, at least 1.</param>
    /// <param name="newWidth">Pixels in a row of the results, at least 1.</param>
    /// <param name="newHeight">Rows of the results, at least 1.</param>
    public static ResamplingPlan Bicubic(int width, int height, int newWidth, int newHeight) =>
        new(width, height, newWidth, newHeight, ResamplingKernel.Bicubic);

    /// <summary>A plan with Pillow's <c>LANCZOS</c>.</summary>
    /// <inheritdoc cref="Bicubic(int, int, int, int)"/>
    public static ResamplingPlan Lanczos(int width, int height, int newWidth, int newHeight) =>
        new(width, height, newWidth, newHeight, ResamplingKernel.Lanczos);

    /// <summary>Resizes a picture from and into memory of the caller's.</summary>
    /// <param name="pixels"><c>[height, width, 3]</c>; exactly that long.</param>
    /// <param name="result">Gets <c>[newHeight, newWidth, 3]</c>; exactly that long.</param>
    /// <exception cref="ArgumentException">A length is not that.</exception>
    public void Run(ReadOnlySpan<byte> pixels, Span<byte> result)
    {
        if (pixels.Length != checked(Width * Height * HorizontalPass.Channels))
        {
            throw new ArgumentException($"{pixels.Length} bytes are no picture of {Width}×{Height}.", nameof(pixels));
        }
        if (result.Length != checked(NewWidth * NewHeight * HorizontalPass.Channels))
        {
            throw new ArgumentException($"{result.Length} bytes are no picture of {NewWidth}×{NewHeight}.", nameof(result));
        }
        if (_horizontal is null || _vertical is null)
        {
            RunOne(pixels, result);
            return;
        }
        int length = checked(NewWidth * Height * HorizontalPass.Channels);
        byte[] narrowed = ArrayPool<byte>.Shared.Rent(length);
        _horizontal.Run(pixels, narrowed.AsSpan(0, length));
        _vertical.Run(narrowed.AsSpan(0, length), NewWidth * HorizontalPass.Channels, result);
        ArrayPool<byte>.Shared.Return(narrowed);
    }

    // Pillow leaves out the pass of an axis whose length stays.
    private void RunOne(ReadOnlySpan<byte> pixels, Span<byte> result)
    {
        if (_horizontal is not null)
        {
            _horizontal.Run(pixels, result);
        }
        else if (_vertical is not null)
        {
            _vertical.Run(pixels, NewWidth * HorizontalPass.Channels, result);
        }
        else
        {
            pixels.CopyTo(result);
        }
    }
}
