namespace SixLabors.ImageSharp;

/// <summary>A width and a height, in pixels.</summary>
public struct Size : IEquatable<Size>
{
    /// <summary>A square of side <paramref name="value"/>.</summary>
    public Size(int value)
        : this(value, value) { }

    /// <summary>A size of <paramref name="width"/> × <paramref name="height"/>.</summary>
    public Size(int width, int height)
    {
        Width = width;
        Height = height;
    }

    /// <summary>The width, in pixels.</summary>
    public int Width { get; set; }

    /// <summary>The height, in pixels.</summary>
    public int Height { get; set; }

    public static bool operator ==(Size left, Size right) => left.Equals(right);

    public static bool operator !=(Size left, Size right) => !left.Equals(right);

    public readonly bool Equals(Size other) => Width == other.Width && Height == other.Height;

    public override readonly bool Equals(object? obj) => obj is Size other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Width, Height);

    public override readonly string ToString() => $"Size [ Width={Width}, Height={Height} ]";
}
