using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace VlmQ.Core.Imaging;

/// <summary>
/// An immutable 8-bit RGB picture; pixels are packed row by row, <c>[height, width, 3]</c>. A picture may be given as its drawing: it is
/// then drawn into the memory of whoever copies it, and takes memory of its own only once its pixels are asked for.
/// </summary>
public sealed class RgbImage : IEquatable<RgbImage>
{
    private readonly Drawing? _drawing;

    // Two threads that draw it at once draw the same bytes; either array may stay.
    private byte[]? _pixels;

    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">Exactly <c>height · width · 3</c> bytes: R, G, B.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public RgbImage(int width, int height, ImmutableArray<byte> pixels)
        : this(width, height)
    {
        if (pixels.IsDefault || pixels.Length != (long)width * height * 3)
        {
            throw new ArgumentException($"A {width}×{height} RGB image has {(long)width * height * 3} bytes.", nameof(pixels));
        }
        _pixels = ImmutableCollectionsMarshal.AsArray(pixels);
    }

    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="drawing">Draws it; is called once for every copy, until the pixels have been asked for.</param>
    public RgbImage(int width, int height, Drawing drawing)
        : this(width, height)
    {
        ArgumentNullException.ThrowIfNull(drawing);
        _drawing = drawing;
    }

    private RgbImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        Width = width;
        Height = height;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bytes of the packed pixels.</summary>
    public int ByteCount => checked(Width * Height * 3);

    /// <summary>The packed pixels, <c>[height, width, 3]</c>.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels ??= Draw();

    /// <summary>The packed pixels as an array that shares the storage.</summary>
    public ImmutableArray<byte> PixelArray => ImmutableCollectionsMarshal.AsImmutableArray(_pixels ??= Draw());

    /// <summary>Copies the packed pixels; a picture that is only a drawing stays one.</summary>
    /// <param name="pixels">Receives <see cref="ByteCount"/> bytes; may be longer.</param>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> is too short.</exception>
    public void CopyTo(Span<byte> pixels)
    {
        if (pixels.Length < ByteCount)
        {
            throw new ArgumentException($"The picture has {ByteCount} bytes.", nameof(pixels));
        }
        if (_pixels is { } known)
        {
            known.CopyTo(pixels);
        }
        else
        {
            _drawing!(pixels[..ByteCount]);
        }
    }

    /// <summary>Equal sizes and equal pixels.</summary>
    public bool Equals(RgbImage? other) =>
        other is not null && Width == other.Width && Height == other.Height && Pixels.SequenceEqual(other.Pixels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RgbImage);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        hash.Add(Width);
        hash.Add(Height);
        hash.AddBytes(Pixels);
        return hash.ToHashCode();
    }

    private byte[] Draw()
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(ByteCount);
        _drawing!(pixels);
        return pixels;
    }
}
