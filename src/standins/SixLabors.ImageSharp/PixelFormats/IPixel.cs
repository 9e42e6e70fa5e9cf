namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>A pixel format that converts to and from 8-bit RGBA.</summary>
public interface IPixel
{
    void FromL8(L8 source);

    void FromRgb24(Rgb24 source);

    void FromRgba32(Rgba32 source);

    void ToRgba32(ref Rgba32 dest);
}
