using System.Runtime.InteropServices;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Pixels;
using SixLabors.ImageSharp.Processing;

namespace SixLabors.ImageSharp;

/// <summary>An image of one pixel format.</summary>
public sealed class Image<TPixel> : Image
    where TPixel : unmanaged, IPixel<TPixel>
{
    /// <summary>Above this many bytes the real library may split an image, hence does not promise one block.</summary>
    private const int ContiguousBytes = 4 * 1024 * 1024;

    private PixelBuffer<TPixel> buffer;

    /// <summary>A black (all bytes zero) image.</summary>
    public Image(int width, int height)
        : this(Configuration.Default, width, height) { }

    /// <summary>An image filled with one colour.</summary>
    public Image(int width, int height, TPixel backgroundColor)
        : this(Configuration.Default, PixelBuffer<TPixel>.Allocate(Configuration.Default, width, height), new ImageMetadata()) =>
        buffer.Pixels.Fill(backgroundColor);

    /// <summary>A black image made under the limits of <paramref name="configuration"/>.</summary>
    public Image(Configuration configuration, int width, int height)
        : this(configuration, PixelBuffer<TPixel>.Allocate(configuration, width, height), new ImageMetadata()) => buffer.Pixels.Clear();

    internal unsafe Image(Configuration configuration, PixelBuffer<TPixel> buffer, ImageMetadata metadata)
        : base(configuration, new PixelTypeInfo(8 * sizeof(TPixel)), metadata) => this.buffer = buffer;

    public override int Width => buffer.Width;

    public override int Height => buffer.Height;

    internal PixelBuffer<TPixel> Buffer => buffer;

    /// <summary>One pixel; bounds are checked, use rows for bulk work.</summary>
    public TPixel this[int x, int y]
    {
        get => buffer.Pixels[Index(x, y)];
        set => buffer.Pixels[Index(x, y)] = value;
    }

    /// <summary>A copy.</summary>
    public Image<TPixel> Clone() => new(Configuration, buffer.Copy(Configuration), Metadata.DeepClone());

    public override Image<TPixel2> CloneAs<TPixel2>()
    {
        PixelBuffer<TPixel2> target = PixelBuffer<TPixel2>.Allocate(Configuration, Width, Height);
        PixelRows.Convert(buffer.Pixels, target.Pixels);
        return new Image<TPixel2>(Configuration, target, Metadata.DeepClone());
    }

    /// <summary>Lets <paramref name="processPixels"/> work on the rows.</summary>
    public void ProcessPixelRows(PixelAccessorAction<TPixel> processPixels)
    {
        ArgumentNullException.ThrowIfNull(processPixels);
        ObjectDisposedException.ThrowIf(buffer.IsDisposed, this);
        processPixels(new PixelAccessor<TPixel>(buffer));
    }

    /// <summary>Lets <paramref name="processPixels"/> work on the rows of this image and another.</summary>
    public void ProcessPixelRows<TPixel2>(Image<TPixel2> image2, PixelAccessorAction<TPixel, TPixel2> processPixels)
        where TPixel2 : unmanaged, IPixel<TPixel2>
    {
        ArgumentNullException.ThrowIfNull(image2);
        ArgumentNullException.ThrowIfNull(processPixels);
        ObjectDisposedException.ThrowIf(buffer.IsDisposed, this);
        processPixels(new PixelAccessor<TPixel>(buffer), new PixelAccessor<TPixel2>(image2.buffer));
    }

    /// <summary>Copies all pixels, packed. A longer destination is accepted.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyPixelDataTo(Span<TPixel> destination) => buffer.Pixels.CopyTo(destination);

    /// <summary>Copies all pixels as bytes, packed. A longer destination is accepted.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyPixelDataTo(Span<byte> destination) => MemoryMarshal.AsBytes(buffer.Pixels).CopyTo(destination);

    /// <summary>
    /// The memory of the image itself, where it is one block: up to 4 MiB, or when the configuration asks for contiguous buffers.
    /// </summary>
    public unsafe bool DangerousTryGetSinglePixelMemory(out Memory<TPixel> memory)
    {
        bool single =
            buffer.IsBorrowed
            || Configuration.PreferContiguousImageBuffers
            || (long)buffer.Pixels.Length * sizeof(TPixel) <= ContiguousBytes;
        memory = single ? buffer.Memory : default;
        return single;
    }

    internal override void Mutate(Action<IImageProcessingContext> operation)
    {
        using ImageProcessingContext<TPixel> context = new(Configuration, buffer);
        operation(context);
        if (context.TakeResult() is { } result)
        {
            buffer.Dispose();
            buffer = result;
        }
    }

    internal Image<TPixel> Clone(Action<IImageProcessingContext> operation)
    {
        using ImageProcessingContext<TPixel> context = new(Configuration, buffer);
        operation(context);
        return new Image<TPixel>(Configuration, context.TakeResult() ?? buffer.Copy(Configuration), Metadata.DeepClone());
    }

    private protected override void EncodeWith(IImageEncoder encoder, Stream stream) => encoder.Encode(this, stream);

    private protected override Task EncodeWithAsync(IImageEncoder encoder, Stream stream, CancellationToken cancellationToken) =>
        encoder.EncodeAsync(this, stream, cancellationToken);

    private protected override void DisposePixels() => buffer.Dispose();

    private int Index(int x, int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return (y * Width) + x;
    }
}
