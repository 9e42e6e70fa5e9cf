using SixLabors.ImageSharp.Formats.Png;

namespace SixLabors.ImageSharp;

/// <summary>Saving in a named format.</summary>
public static class ImageExtensions
{
    public static void SaveAsPng(this Image source, Stream stream) => source.SaveAsPng(stream, null);

    public static void SaveAsPng(this Image source, Stream stream, PngEncoder? encoder) =>
        source.Save(stream, encoder ?? PngEncoder.Default);

    public static void SaveAsPng(this Image source, string path) => source.SaveAsPng(path, null);

    public static void SaveAsPng(this Image source, string path, PngEncoder? encoder)
    {
        using FileStream stream = File.Create(path);
        source.SaveAsPng(stream, encoder);
    }

    public static Task SaveAsPngAsync(this Image source, Stream stream, CancellationToken cancellationToken = default) =>
        source.SaveAsPngAsync(stream, null, cancellationToken);

    public static Task SaveAsPngAsync(
        this Image source,
        Stream stream,
        PngEncoder? encoder,
        CancellationToken cancellationToken = default
    ) => source.SaveAsync(stream, encoder ?? PngEncoder.Default, cancellationToken);

    public static Task SaveAsPngAsync(this Image source, string path, CancellationToken cancellationToken = default) =>
        source.SaveAsPngAsync(path, null, cancellationToken);

    public static async Task SaveAsPngAsync(
        this Image source,
        string path,
        PngEncoder? encoder,
        CancellationToken cancellationToken = default
    )
    {
        FileStream stream = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 4096, FileOptions.Asynchronous);
        await using (stream.ConfigureAwait(false))
        {
            await source.SaveAsPngAsync(stream, encoder, cancellationToken).ConfigureAwait(false);
        }
    }
}
