using System.Collections.Immutable;

namespace VlmQ.Core.Imaging;

/// <summary>An immutable 8-bit RGB picture; pixels are packed row by row, <c>[height, width, 3]</c>.</summary>
public sealed class RgbImage : IEquatable<RgbImage>
{
    private readonly ImmutableArray<byte> _pixels;

    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">Exactly <c>height · width · 3</c> bytes: R, G, B.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public RgbImage(int width, int height, ImmutableArray<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (pixels.IsDefault || pixels.Length != (long)width * height * 3)
        {
            throw new ArgumentException($"A {width}×{height} RGB image has {(long)width * height * 3} bytes.", nameof(pixels));
        }
        Width = width;
        Height = height;
        _pixels = pixels;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The packed pixels, <c>[height, width, 3]</c>.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.AsSpan();

    /// <summary>The packed pixels as an array that shares the storage.</summary>
    public ImmutableArray<byte> PixelArray => _pixels;

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
}
