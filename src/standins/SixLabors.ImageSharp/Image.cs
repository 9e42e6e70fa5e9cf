using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace SixLabors.ImageSharp;

/// <summary>An image in memory. Its buffer is pooled: dispose it.</summary>
public abstract partial class Image : IDisposable
{
    private protected Image(Configuration configuration, PixelTypeInfo pixelType, ImageMetadata metadata)
    {
        Configuration = configuration;
        PixelType = pixelType;
        Metadata = metadata;
    }

    public abstract int Width { get; }

    public abstract int Height { get; }

    public Size Size => new(Width, Height);

    public Rectangle Bounds => new(0, 0, Width, Height);

    public PixelTypeInfo PixelType { get; }

    public ImageMetadata Metadata { get; }

    internal Configuration Configuration { get; }

    /// <summary>A copy in another pixel format.</summary>
    public abstract Image<TPixel2> CloneAs<TPixel2>()
        where TPixel2 : unmanaged, IPixel<TPixel2>;

    /// <summary>Writes the image to <paramref name="stream"/>.</summary>
    public void Save(Stream stream, IImageEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(encoder);
        EncodeWith(encoder, stream);
    }

    /// <summary>Encodes on the caller's thread and writes to <paramref name="stream"/> without blocking it.</summary>
    public Task SaveAsync(Stream stream, IImageEncoder encoder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(encoder);
        return EncodeWithAsync(encoder, stream, cancellationToken);
    }

    /// <summary>Gives the pixels back to the pool; using the image afterwards throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        DisposePixels();
        GC.SuppressFinalize(this);
    }

    internal abstract void Mutate(Action<IImageProcessingContext> operation);

    private protected abstract void EncodeWith(IImageEncoder encoder, Stream stream);

    private protected abstract Task EncodeWithAsync(IImageEncoder encoder, Stream stream, CancellationToken cancellationToken);

    private protected abstract void DisposePixels();
}
