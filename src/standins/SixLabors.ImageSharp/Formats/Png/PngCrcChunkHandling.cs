namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Which checksum errors are overlooked.</summary>
public enum PngCrcChunkHandling
{
    IgnoreNone = 0,
    IgnoreNonCritical = 1,
    IgnoreData = 2,
    IgnoreAll = 3,
}
