namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>What the components of a JPEG mean.</summary>
internal enum JpegColorSpace
{
    Grayscale,
    YCbCr,
    Rgb,
    Cmyk,
    Ycck,
}
