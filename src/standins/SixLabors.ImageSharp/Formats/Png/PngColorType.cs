namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>The colour types of PNG, with the numbers of the file format.</summary>
public enum PngColorType : byte
{
    Grayscale = 0,
    Rgb = 2,
    Palette = 3,
    GrayscaleWithAlpha = 4,
    RgbWithAlpha = 6,
}
