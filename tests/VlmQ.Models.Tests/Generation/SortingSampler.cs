using VlmQ.Models.Generation;

namespace VlmQ.Models.Tests.Generation;

/// <summary>Top-k and top-p by sorting the whole vocabulary: what <see cref="TokenSampler"/> must choose, to the last bit.</summary>
internal static class SortingSampler
{
    public static (int Token, float LogProbability) Choose(ReadOnlySpan<float> logits, Decoding.Sampling sampling, double uniform)
    {
        float highest = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            highest = Math.Max(highest, logit);
        }
        (double Weight, int Token)[] sorted = new (double, int)[logits.Length];
        for (int token = 0; token < logits.Length; token++)
        {
            sorted[token] = (Math.Exp((logits[token] - (double)highest) / sampling.Temperature), token);
        }
        Array.Sort(sorted, (a, b) => a.Weight == b.Weight ? a.Token.CompareTo(b.Token) : b.Weight.CompareTo(a.Weight));
        int kept = sampling.TopK == 0 ? sorted.Length : Math.Min(sampling.TopK, sorted.Length);
        double total = 0;
        for (int rank = 0; rank < kept; rank++)
        {
            total += sorted[rank].Weight;
        }
        if (sampling.TopP < 1)
        {
            double held = 0;
            int rank = 0;
            while (rank < kept && held < sampling.TopP * total)
            {
                held += sorted[rank++].Weight;
            }
            (kept, total) = (rank, held);
        }
        return Draw(sorted.AsSpan(0, kept), total, uniform);
    }

    private static (int Token, float LogProbability) Draw(ReadOnlySpan<(double Weight, int Token)> kept, double total, double uniform)
    {
        double passed = 0;
        (double Weight, int Token) last = kept[0];
        foreach ((double Weight, int Token) next in kept)
        {
            if (next.Weight <= 0)
            {
                break;
            }
            last = next;
            passed += next.Weight;
            if (passed > uniform * total)
            {
                break;
            }
        }
        return (last.Token, (float)Math.Log(last.Weight / total));
    }
}
