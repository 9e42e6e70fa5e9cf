using System.Buffers;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Pixels;

/// <summary>The pixels of an image, row after row without gaps, in pooled or borrowed memory.</summary>
internal sealed class PixelBuffer<TPixel> : IDisposable
    where TPixel : unmanaged, IPixel<TPixel>
{
    private readonly Memory<TPixel> memory;
    private TPixel[]? rented;
    private bool disposed;

    private PixelBuffer(Memory<TPixel> memory, TPixel[]? rented, int width, int height)
    {
        this.memory = memory;
        this.rented = rented;
        Width = width;
        Height = height;
    }

    public int Width { get; }

    public int Height { get; }

    public bool IsDisposed => disposed;

    public bool IsBorrowed { get; private init; }

    public Memory<TPixel> Memory => disposed ? throw new ObjectDisposedException("Image") : memory;

    public Span<TPixel> Pixels => Memory.Span;

    /// <summary>A buffer whose content is whatever the pool left in it.</summary>
    public static unsafe PixelBuffer<TPixel> Allocate(Configuration configuration, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        configuration.MemoryAllocator.CheckSize(width, height, sizeof(TPixel));
        TPixel[] array = ArrayPool<TPixel>.Shared.Rent(width * height);
        return new PixelBuffer<TPixel>(array.AsMemory(0, width * height), array, width, height);
    }

    public static PixelBuffer<TPixel> Wrap(Memory<TPixel> memory, int width, int height) =>
        new(memory[..(width * height)], null, width, height) { IsBorrowed = true };

    public Span<TPixel> Row(int y) => Pixels.Slice(y * Width, Width);

    public PixelBuffer<TPixel> Copy(Configuration configuration)
    {
        PixelBuffer<TPixel> copy = Allocate(configuration, Width, Height);
        Pixels.CopyTo(copy.Pixels);
        return copy;
    }

    public void Dispose()
    {
        disposed = true;
        if (Interlocked.Exchange(ref rented, null) is { } array)
        {
            ArrayPool<TPixel>.Shared.Return(array);
        }
    }
}
