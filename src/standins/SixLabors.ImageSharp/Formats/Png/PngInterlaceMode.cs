namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>The order of the pixels in the file.</summary>
public enum PngInterlaceMode : byte
{
    None = 0,
    Adam7 = 1,
}
