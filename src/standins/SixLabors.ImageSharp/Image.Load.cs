using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

/// <content>
/// Reading. Whatever is wrong with the data ends in <see cref="UnknownImageFormatException"/>, <see cref="InvalidImageContentException"/>,
/// <see cref="NotSupportedException"/> or <see cref="ArgumentOutOfRangeException"/> (a side of zero).
/// </content>
public abstract partial class Image
{
    public static Image Load(ReadOnlySpan<byte> buffer) => Load(DecoderOptions.Default, buffer);

    public static Image Load(Stream stream) => Load(DecoderOptions.Default, stream);

    public static Image Load(string path) => Load(DecoderOptions.Default, path);

    /// <summary>Reads as <see cref="L8"/>, <see cref="Rgb24"/> or <see cref="Rgba32"/>, whichever holds what the file has.</summary>
    public static Image Load(DecoderOptions options, ReadOnlySpan<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ImageDecoding.DecodeAny(options, buffer);
    }

    public static Image Load(DecoderOptions options, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(options);
        using ImageBytes bytes = ImageBytes.Read(stream);
        return Load(options, bytes.Span);
    }

    public static Image Load(DecoderOptions options, string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Load(options, stream);
    }

    public static Image<TPixel> Load<TPixel>(ReadOnlySpan<byte> data)
        where TPixel : unmanaged, IPixel<TPixel> => Load<TPixel>(DecoderOptions.Default, data);

    /// <summary>Reads one image; the position is left right after a PNG, and at the end of the stream for a JPEG.</summary>
    public static Image<TPixel> Load<TPixel>(Stream stream)
        where TPixel : unmanaged, IPixel<TPixel> => Load<TPixel>(DecoderOptions.Default, stream);

    public static Image<TPixel> Load<TPixel>(string path)
        where TPixel : unmanaged, IPixel<TPixel> => Load<TPixel>(DecoderOptions.Default, path);

    public static Image<TPixel> Load<TPixel>(DecoderOptions options, ReadOnlySpan<byte> data)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(options);
        return ImageDecoding.Decode<TPixel>(options, data);
    }

    public static Image<TPixel> Load<TPixel>(DecoderOptions options, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(options);
        using ImageBytes bytes = ImageBytes.Read(stream);
        return Load<TPixel>(options, bytes.Span);
    }

    public static Image<TPixel> Load<TPixel>(DecoderOptions options, string path)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using FileStream stream = File.OpenRead(path);
        return Load<TPixel>(options, stream);
    }

    public static Task<Image<TPixel>> LoadAsync<TPixel>(Stream stream, CancellationToken cancellationToken = default)
        where TPixel : unmanaged, IPixel<TPixel> => LoadAsync<TPixel>(DecoderOptions.Default, stream, cancellationToken);

    public static Task<Image<TPixel>> LoadAsync<TPixel>(string path, CancellationToken cancellationToken = default)
        where TPixel : unmanaged, IPixel<TPixel> => LoadAsync<TPixel>(DecoderOptions.Default, path, cancellationToken);

    public static async Task<Image<TPixel>> LoadAsync<TPixel>(
        DecoderOptions options,
        Stream stream,
        CancellationToken cancellationToken = default
    )
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(options);
        using ImageBytes bytes = await ImageBytes.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        return Load<TPixel>(options, bytes.Span);
    }

    public static async Task<Image<TPixel>> LoadAsync<TPixel>(
        DecoderOptions options,
        string path,
        CancellationToken cancellationToken = default
    )
        where TPixel : unmanaged, IPixel<TPixel>
    {
        FileStream stream = new(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            4096,
            FileOptions.Asynchronous | FileOptions.SequentialScan
        );
        await using (stream.ConfigureAwait(false))
        {
            return await LoadAsync<TPixel>(options, stream, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the header alone: what it claims, however large.</summary>
    public static ImageInfo Identify(ReadOnlySpan<byte> buffer) => ImageDecoding.Identify(buffer);

    public static ImageInfo Identify(Stream stream) => Identify(DecoderOptions.Default, stream);

    public static ImageInfo Identify(string path) => Identify(DecoderOptions.Default, path);

    public static ImageInfo Identify(DecoderOptions options, ReadOnlySpan<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Identify(buffer);
    }

    public static ImageInfo Identify(DecoderOptions options, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(options);
        using ImageBytes bytes = ImageBytes.ReadHeader(stream);
        return Identify(bytes.Span);
    }

    public static ImageInfo Identify(DecoderOptions options, string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Identify(options, stream);
    }

    public static async Task<ImageInfo> IdentifyAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        using ImageBytes bytes = await ImageBytes.ReadHeaderAsync(stream, cancellationToken).ConfigureAwait(false);
        return Identify(bytes.Span);
    }

    public static async Task<ImageInfo> IdentifyAsync(string path, CancellationToken cancellationToken = default)
    {
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 4096, FileOptions.Asynchronous);
        await using (stream.ConfigureAwait(false))
        {
            return await IdentifyAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The format that the data begin with.</summary>
    /// <exception cref="UnknownImageFormatException">None that is known.</exception>
    public static IImageFormat DetectFormat(ReadOnlySpan<byte> buffer) => ImageDecoding.DetectFormat(buffer);

    /// <summary>The format of a seekable stream, whose position is left unchanged.</summary>
    public static IImageFormat DetectFormat(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        long start = stream.Position;
        Span<byte> head = stackalloc byte[8];
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = start;
        return DetectFormat(head[..read]);
    }

    public static IImageFormat DetectFormat(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return DetectFormat(stream);
    }
}
