namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>What a pixel occupies.</summary>
public class PixelTypeInfo
{
    internal PixelTypeInfo(int bitsPerPixel) => BitsPerPixel = bitsPerPixel;

    /// <summary>Bits a pixel, all channels together.</summary>
    public int BitsPerPixel { get; }
}
