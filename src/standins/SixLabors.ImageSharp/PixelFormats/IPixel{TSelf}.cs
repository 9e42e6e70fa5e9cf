namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>A pixel format; the formats here are <see cref="L8"/>, <see cref="Rgb24"/> and <see cref="Rgba32"/>.</summary>
public interface IPixel<TSelf> : IPixel, IEquatable<TSelf>
    where TSelf : unmanaged, IPixel<TSelf> { }
