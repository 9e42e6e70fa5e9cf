namespace VlmQ.Datasets.Images;

/// <summary>What the first bytes of a picture file say it is.</summary>
internal static class PictureFormat
{
    public const string Png = "PNG";
    public const string Jpeg = "JPEG";

    private const int ShownBytes = 4;

    /// <summary>Whether datasets may hold it: PNG and JPEG.</summary>
    public static bool IsReadable(ReadOnlySpan<byte> file) => NameOf(file) is Png or Jpeg;

    /// <summary>The format's name, or what else stands there.</summary>
    public static string Describe(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
        {
            return "no bytes";
        }
        return NameOf(file) ?? $"bytes that begin with {Convert.ToHexString(file[..Math.Min(ShownBytes, file.Length)])}";
    }

    private static string? NameOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]))
        {
            return Png;
        }
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return Jpeg;
        }
        return OtherNameOf(file);
    }

    /// <summary>Formats that people have pictures in, for a fault that says so.</summary>
    private static string? OtherNameOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith("GIF8"u8))
        {
            return "GIF";
        }
        if (file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8))
        {
            return "WebP";
        }
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8))
        {
            return "TIFF";
        }
        if (file.Length >= 12 && file[4..].StartsWith("ftyp"u8))
        {
            return file[8..].StartsWith("avif"u8) ? "AVIF" : "an ISO media file (HEIC, MP4, …)";
        }
        if (file.StartsWith("BM"u8))
        {
            return "BMP";
        }
        return file.StartsWith("<svg"u8) || file.StartsWith("<?xml"u8) ? "SVG or other XML" : null;
    }
}
