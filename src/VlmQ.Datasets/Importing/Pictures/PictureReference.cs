using System.Collections.Immutable;
using VlmQ.Core.Imaging;

namespace VlmQ.Datasets.Importing.Pictures;

/// <summary>Where a picture is.</summary>
internal abstract record PictureReference
{
    private PictureReference() { }

    /// <summary>An address as people write it: a path, <c>file://…</c> or <c>data:image/…;base64,…</c>.</summary>
    public sealed record Address(string Text) : PictureReference;

    /// <summary>The bytes of a PNG or JPEG file.</summary>
    public sealed record Bytes(ImmutableArray<byte> File) : PictureReference;

    /// <summary>Pixels as they are.</summary>
    public sealed record Pixels(RgbImage Image) : PictureReference;
}
