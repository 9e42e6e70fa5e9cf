namespace VlmQ.Models.Generation;

/// <summary>Chooses one token from a row of logits. Holds scratch memory: one sampler a thread.</summary>
/// <param name="vocabulary">Length of a row of logits.</param>
public sealed class TokenSampler(int vocabulary)
{
    private readonly double[] _weights = new double[vocabulary];
    private readonly double[] _sorted = new double[vocabulary];
    private readonly int[] _order = new int[vocabulary];

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">One a token of the vocabulary.</param>
    /// <param name="decoding">The rule.</param>
    /// <param name="uniform">A random number in [0, 1); greedy decoding ignores it.</param>
    /// <returns>The token and its log-probability under the distribution that it was drawn from (0 for greedy decoding).</returns>
    /// <exception cref="ArgumentException">The logits are of another length, or hold NaN.</exception>
    public (int Token, float LogProbability) Choose(ReadOnlySpan<float> logits, Decoding decoding, double uniform)
    {
        if (logits.Length != vocabulary)
        {
            throw new ArgumentException($"{logits.Length} logits for a vocabulary of {vocabulary}.", nameof(logits));
        }
        int best = ArgMax(logits);
        return decoding switch
        {
            Decoding.Greedy => (best, 0f),
            Decoding.Sampling { TopK: 0, TopP: 1 } plain => DrawFromAll(logits, logits[best], plain.Temperature, uniform),
            Decoding.Sampling truncated => DrawFromTop(logits, logits[best], truncated, uniform),
            _ => throw new InvalidOperationException(),
        };
    }

    private static int ArgMax(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            if (float.IsNaN(logits[token]))
            {
                throw new ArgumentException($"The logit of token {token} is not a number: the model has diverged.", nameof(logits));
            }
            best = logits[token] > logits[best] ? token : best;
        }
        return best;
    }

    private (int Token, float LogProbability) DrawFromAll(ReadOnlySpan<float> logits, float highest, double temperature, double uniform)
    {
        double total = 0;
        for (int token = 0; token < vocabulary; token++)
        {
            total += _weights[token] = Math.Exp((logits[token] - (double)highest) / temperature);
        }
        return Draw(_weights.AsSpan(0, vocabulary), total, uniform);
    }

    private (int Token, float LogProbability) DrawFromTop(
        ReadOnlySpan<float> logits,
        float highest,
        Decoding.Sampling sampling,
        double uniform
    )
    {
        for (int token = 0; token < vocabulary; token++)
        {
            _sorted[token] = -Math.Exp((logits[token] - (double)highest) / sampling.Temperature);
            _order[token] = token;
        }
        // A stable order, so that equal weights are cut in the order of their ids whatever the sorting routine does.
        Array.Sort(_sorted, _order);
        OrderEqualsById();
        int kept = sampling.TopK == 0 ? vocabulary : Math.Min(sampling.TopK, vocabulary);
        double total = 0;
        for (int rank = 0; rank < kept; rank++)
        {
            total += _weights[rank] = -_sorted[rank];
        }
        if (sampling.TopP < 1)
        {
            double held = 0;
            int rank = 0;
            while (rank < kept && held < sampling.TopP * total)
            {
                held += _weights[rank++];
            }
            (kept, total) = (rank, held);
        }
        (int drawn, float logProbability) = Draw(_weights.AsSpan(0, kept), total, uniform);
        return (_order[drawn], logProbability);
    }

    private void OrderEqualsById()
    {
        for (int start = 0; start < vocabulary; )
        {
            int end = start + 1;
            while (end < vocabulary && _sorted[end] == _sorted[start])
            {
                end++;
            }
            Array.Sort(_order, start, end - start);
            start = end;
        }
    }

    private static (int Index, float LogProbability) Draw(ReadOnlySpan<double> weights, double total, double uniform)
    {
        double mark = uniform * total;
        double passed = 0;
        int last = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] <= 0)
            {
                continue;
            }
            last = i;
            passed += weights[i];
            if (passed > mark)
            {
                break;
            }
        }
        return (last, (float)Math.Log(weights[last] / total));
    }
}
