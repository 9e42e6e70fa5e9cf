namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>Numbers of the file format (ITU-T T.81, annex B; T.872 for the Adobe segment).</summary>
internal static class JpegSyntax
{
    public const int BlockSize = 64;

    public const byte BaselineFrame = 0xC0;
    public const byte SequentialFrame = 0xC1;
    public const byte ProgressiveFrame = 0xC2;
    public const byte LastFrame = 0xCF;
    public const byte HuffmanTables = 0xC4;
    public const byte JpegExtensions = 0xC8;
    public const byte ArithmeticConditioning = 0xCC;
    public const byte FirstRestart = 0xD0;
    public const byte LastRestart = 0xD7;
    public const byte StartOfImage = 0xD8;
    public const byte EndOfImage = 0xD9;
    public const byte StartOfScan = 0xDA;
    public const byte QuantizationTables = 0xDB;
    public const byte RestartInterval = 0xDD;
    public const byte JfifSegment = 0xE0;
    public const byte AdobeSegment = 0xEE;
    public const byte Temporary = 0x01;

    /// <summary>From the order in the file to row × 8 + column.</summary>
    public static ReadOnlySpan<byte> ZigZag =>
        [
            0,
            1,
            8,
            16,
            9,
            2,
            3,
            10,
            17,
            24,
            32,
            25,
            18,
            11,
            4,
            5,
            12,
            19,
            26,
            33,
            40,
            48,
            41,
            34,
            27,
            20,
            13,
            6,
            7,
            14,
            21,
            28,
            35,
            42,
            49,
            56,
            57,
            50,
            43,
            36,
            29,
            22,
            15,
            23,
            30,
            37,
            44,
            51,
            58,
            59,
            52,
            45,
            38,
            31,
            39,
            46,
            53,
            60,
            61,
            54,
            47,
            55,
            62,
            63,
        ];

    public static bool StartsWithSignature(ReadOnlySpan<byte> data) => data.StartsWith((ReadOnlySpan<byte>)[0xFF, StartOfImage, 0xFF]);

    /// <summary>A marker that stands alone, without a length.</summary>
    public static bool IsAlone(byte marker) => marker is Temporary or StartOfImage or (>= FirstRestart and <= LastRestart);

    /// <summary>A start of frame, of whatever coding.</summary>
    public static bool IsFrame(byte marker) =>
        marker is >= BaselineFrame and <= LastFrame and not (HuffmanTables or JpegExtensions or ArithmeticConditioning);
}
