namespace VlmQ.Core.Imaging;

/// <summary>
/// A weight as high · 2¹⁴ + low, both of which fit the 16-bit factors of the processor's multiply-and-add; sums of both halves may wrap,
/// since the whole sum fits 32 bits.
/// </summary>
internal static class SplitWeight
{
    public const int LowBits = 14;

    public static short High(int weight) => (short)(weight >> LowBits);

    public static short Low(int weight) => (short)(weight & ((1 << LowBits) - 1));
}
