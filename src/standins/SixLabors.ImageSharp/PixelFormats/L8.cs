using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>8-bit luminance.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct L8 : IPixel<L8>
{
    /// <summary>Luminance, 0 black to 255 white.</summary>
    public byte PackedValue;

    public L8(byte luminance) => PackedValue = luminance;

    public static bool operator ==(L8 left, L8 right) => left.Equals(right);

    public static bool operator !=(L8 left, L8 right) => !left.Equals(right);

    public void FromL8(L8 source) => this = source;

    public void FromRgb24(Rgb24 source) => PackedValue = Luminance(source.R, source.G, source.B);

    public void FromRgba32(Rgba32 source) => PackedValue = Luminance(source.R, source.G, source.B);

    public readonly void ToRgba32(ref Rgba32 dest) => dest = new Rgba32(PackedValue, PackedValue, PackedValue, 255);

    public readonly bool Equals(L8 other) => PackedValue == other.PackedValue;

    public override readonly bool Equals(object? obj) => obj is L8 other && Equals(other);

    public override readonly int GetHashCode() => PackedValue;

    public override readonly string ToString() => $"L8({PackedValue})";

    /// <summary>ITU-R BT.709 luma of gamma-encoded samples, rounded.</summary>
    internal static byte Luminance(byte r, byte g, byte b) => (byte)((r * 0.2126F) + (g * 0.7152F) + (b * 0.0722F) + 0.5F);
}
