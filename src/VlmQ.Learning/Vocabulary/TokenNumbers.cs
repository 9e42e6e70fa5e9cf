namespace VlmQ.Learning;

/// <summary>What chunks say of the N reply tokens, collected on the host.</summary>
internal sealed class TokenNumbers(int count)
{
    /// <summary>log π(a|s).</summary>
    public float[] LogProbability { get; } = new float[count];

    /// <summary>Entropy of π.</summary>
    public float[] Entropy { get; } = new float[count];

    /// <summary>Σₐ π(a|s)·minₖ Q̄ₖ(s,a).</summary>
    public float[] StateValue { get; } = new float[count];

    /// <summary>minₖ Q̄ₖ(s,a) of the token taken.</summary>
    public float[] TargetActionValue { get; } = new float[count];

    /// <summary>The mean over k of Qₖ(s,a) of the token taken.</summary>
    public float[] MeanActionValue { get; } = new float[count];

    /// <summary>Σₐ π(a|s)·meanₖ Qₖ(s,a).</summary>
    public float[] MeanStateValue { get; } = new float[count];

    /// <summary>The share of π that was left out of expectations.</summary>
    public float[] Omitted { get; } = new float[count];

    /// <summary>A, the advantage of the token taken.</summary>
    public float[] Advantages { get; } = new float[count];

    /// <summary>max(f(A), floor).</summary>
    public float[] Weights { get; } = new float[count];

    /// <summary>Tokens with f(A) above 0.</summary>
    public int Kept { get; private set; }

    /// <summary>Takes over a chunk's numbers.</summary>
    public void Take(ChunkStatistics statistics, TorchSharp.torch.Tensor logProbability, int first, AdvantageFilter filter, double floor)
    {
        ChunkedHeads.Copy(logProbability, LogProbability, first);
        ChunkedHeads.Copy(statistics.Entropy, Entropy, first);
        ChunkedHeads.Copy(statistics.StateValue, StateValue, first);
        ChunkedHeads.Copy(statistics.TargetActionValue, TargetActionValue, first);
        ChunkedHeads.Copy(statistics.MeanActionValue, MeanActionValue, first);
        ChunkedHeads.Copy(statistics.MeanStateValue, MeanStateValue, first);
        ChunkedHeads.Copy(statistics.Omitted, Omitted, first);
        for (int i = first; i < first + statistics.Entropy.shape[0]; i++)
        {
            Advantages[i] = MeanActionValue[i] - MeanStateValue[i];
            float weight = filter.Weight(Advantages[i]);
            Kept += weight > 0 ? 1 : 0;
            Weights[i] = Math.Max(weight, (float)floor);
        }
    }
}
