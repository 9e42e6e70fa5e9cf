namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Numbers of the file format (ISO/IEC 15948).</summary>
internal static class PngSyntax
{
    public const int SignatureLength = 8;
    public const uint Header = 0x49484452; // IHDR
    public const uint Palette = 0x504C5445; // PLTE
    public const uint Data = 0x49444154; // IDAT
    public const uint End = 0x49454E44; // IEND
    public const uint Transparency = 0x74524E53; // tRNS
    public const uint Physical = 0x70485973; // pHYs
    public const uint Gamma = 0x67414D41; // gAMA

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static bool StartsWithSignature(ReadOnlySpan<byte> data) => data.StartsWith(Signature);

    /// <summary>A chunk without which the image cannot be read: bit 5 of the first letter is clear.</summary>
    public static bool IsCritical(uint type) => (type & 0x2000_0000) == 0;

    public static string NameOf(uint type) =>
        string.Create(
            4,
            type,
            static (name, value) =>
            {
                for (int i = 0; i < 4; i++)
                {
                    char letter = (char)((value >> (24 - (8 * i))) & 0xFF);
                    name[i] = char.IsAsciiLetter(letter) ? letter : '?';
                }
            }
        );
}
