namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>How the bytes of a row are predicted before compression.</summary>
public enum PngFilterMethod
{
    None,
    Sub,
    Up,
    Average,
    Paeth,

    /// <summary>For every row the filter with the smallest sum of absolute differences.</summary>
    Adaptive,
}
