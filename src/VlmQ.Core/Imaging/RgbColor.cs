namespace VlmQ.Core.Imaging;

/// <summary>An 8-bit colour.</summary>
/// <param name="R">Red.</param>
/// <param name="G">Green.</param>
/// <param name="B">Blue.</param>
public readonly record struct RgbColor(byte R, byte G, byte B)
{
    /// <summary>0, 0, 0.</summary>
    public static RgbColor Black { get; } = new(0, 0, 0);

    /// <summary>255, 255, 255.</summary>
    public static RgbColor White { get; } = new(255, 255, 255);
}
