namespace VlmQ.Benchmarks.Train;

/// <summary>
/// The numbers that the peer's <c>bench.py</c> fills weights and inputs with, so that losses can be compared digit by digit.
/// </summary>
internal static class PeerNumbers
{
    /// <summary>The index-th number of a sequence, in [0, 1): a mixed 32-bit counter, <c>hash01</c> there.</summary>
    public static float At(int index, uint salt)
    {
        uint u = unchecked((uint)((((ulong)index + 1) * 2654435761UL) + (salt * 40503UL)));
        u ^= u >> 16;
        u = unchecked(u * 2246822507u);
        u ^= u >> 13;
        u = unchecked(u * 3266489909u);
        u ^= u >> 16;
        return (float)(u / 4294967296.0);
    }

    /// <summary>The first numbers of a sequence.</summary>
    public static float[] Uniform(int count, uint salt)
    {
        var numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = At(i, salt);
        }
        return numbers;
    }

    /// <summary>Whole numbers in [least, end).</summary>
    public static int[] Whole(int count, uint salt, int least, int end) =>
        Array.ConvertAll(Uniform(count, salt), u => least + (int)Math.Floor((double)u * (end - least)));

    /// <summary>Fills with numbers of mean 0 and the given standard deviation.</summary>
    public static void Centred(Span<float> numbers, uint salt, double deviation, float factor)
    {
        float spread = (float)Math.Sqrt(12),
            scale = (float)deviation;
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (At(i, salt) - 0.5f) * spread * scale * factor;
        }
    }
}
