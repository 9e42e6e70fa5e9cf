namespace VlmQ.Core.Imaging;

/// <summary>
/// The weights of a row in the order in which <see cref="HorizontalPass"/> multiplies. For each pair of output pixels and each group of
/// four taps: the high halves of taps 0 and 1, of taps 2 and 3, then the low halves; in each of these the first pixel's half is followed
/// by the second's, and every two weights are repeated for red, green and blue.
/// </summary>
internal sealed class HorizontalFactors
{
    /// <summary>Taps that one multiplication of two pixels covers.</summary>
    public const int GroupTaps = 4;

    /// <summary>Output pixels that are made at once; the tables are filled up to a multiple with weights of zero.</summary>
    public const int Step = 4;

    /// <summary>16-bit numbers of a pair and a group.</summary>
    public const int PairShorts = 64;

    /// <summary>A group reads 16 bytes for the 12 of its four pixels.</summary>
    public const int OverreadBytes = 4;

    public HorizontalFactors(ResamplingWeights weights, int width)
    {
        Target = weights.Target;
        Groups = WindowPixels(weights) / GroupTaps;
        int filled = (Target + Step - 1) / Step * Step;
        Starts = new int[filled];
        Values = new short[filled / 2 * Groups * PairShorts];
        for (int x = 0; x < Target; x++)
        {
            // A window that would reach past the row is moved left, with zeros in front.
            int start = Math.Min(weights.Start(x), width - (GroupTaps * Groups));
            Starts[x] = start * HorizontalPass.Channels;
            Fill(Values.AsSpan(x / 2 * Groups * PairShorts, Groups * PairShorts), x % 2, weights.Start(x) - start, weights.At(x));
        }
    }

    /// <summary>Pixels in a row of the result.</summary>
    public int Target { get; }

    /// <summary>Groups of taps of every output pixel.</summary>
    public int Groups { get; }

    /// <summary>The byte of a source row at which each output pixel's window begins.</summary>
    public int[] Starts { get; }

    public short[] Values { get; }

    /// <summary>The source pixels that the largest window covers, in whole groups.</summary>
    public static int WindowPixels(ResamplingWeights weights) => (weights.MostTaps + GroupTaps - 1) / GroupTaps * GroupTaps;

    private static void Fill(Span<short> pair, int lane, int shift, ReadOnlySpan<int> taps)
    {
        for (int j = 0; j < taps.Length; j++)
        {
            int tap = shift + j;
            int first = (tap / GroupTaps * PairShorts) + (tap % GroupTaps / 2 * 16) + (lane * 8) + (tap % 2);
            for (int channel = 0; channel < HorizontalPass.Channels; channel++)
            {
                pair[first + (2 * channel)] = SplitWeight.High(taps[j]);
                pair[first + (2 * channel) + 32] = SplitWeight.Low(taps[j]);
            }
        }
    }
}
