using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

/// <summary>A colour independent of any pixel format, 8 bits a channel.</summary>
public readonly struct Color : IEquatable<Color>
{
    private readonly Rgba32 value;

    private Color(Rgba32 value) => this.value = value;

    public static Color Black { get; } = FromRgb(0, 0, 0);

    public static Color White { get; } = FromRgb(255, 255, 255);

    public static Color Transparent { get; } = FromRgba(255, 255, 255, 0);

    public static bool operator ==(Color left, Color right) => left.Equals(right);

    public static bool operator !=(Color left, Color right) => !left.Equals(right);

    /// <summary>An opaque colour.</summary>
    public static Color FromRgb(byte r, byte g, byte b) => new(new Rgba32(r, g, b, 255));

    /// <summary>A colour with alpha; 255 is opaque.</summary>
    public static Color FromRgba(byte r, byte g, byte b, byte a) => new(new Rgba32(r, g, b, a));

    /// <summary>This colour as a pixel of the wanted format.</summary>
    public TPixel ToPixel<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>
    {
        TPixel pixel = default;
        pixel.FromRgba32(value);
        return pixel;
    }

    public bool Equals(Color other) => value == other.value;

    public override bool Equals(object? obj) => obj is Color other && Equals(other);

    public override int GetHashCode() => value.GetHashCode();

    public override string ToString() => $"{value.R:X2}{value.G:X2}{value.B:X2}{value.A:X2}";
}
