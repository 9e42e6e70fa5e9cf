using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Parquet.Schema;

namespace VlmQ.Datasets.Columns;

/// <summary>The picture's column: a struct of a PNG or JPEG file's bytes and a path (always null), as Hugging Face <c>Image</c> wants it.</summary>
internal static class ImageColumn
{
    /// <summary>The column's name.</summary>
    public const string Name = "image";

    /// <summary>The path of its bytes.</summary>
    public const string Bytes = "image/bytes";

    /// <summary>The path of its path.</summary>
    public const string Path = "image/path";

    /// <summary>The column.</summary>
    public static StructField Field() => new(Name, new DataField("bytes", typeof(byte[])), new DataField<string>("path"));

    /// <summary>An immutable array as the plain array that it wraps, without a copy; for reading only.</summary>
    public static byte[] Unwrap(ImmutableArray<byte> png) => ImmutableCollectionsMarshal.AsArray(png)!;

    /// <summary>An array that nobody else holds as an immutable one, without a copy.</summary>
    public static ImmutableArray<byte> Wrap(byte[] png) => ImmutableCollectionsMarshal.AsImmutableArray(png);

    /// <summary>The same of memory, which is copied only where it is not a whole array.</summary>
    public static ImmutableArray<byte> Wrap(ReadOnlyMemory<byte> png) =>
        MemoryMarshal.TryGetArray(png, out ArraySegment<byte> segment) && segment.Count == segment.Array!.Length
            ? Wrap(segment.Array)
            : [.. png.Span];
}
