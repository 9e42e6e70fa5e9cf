namespace VlmQ.Models.Generation;

/// <summary>Chooses one token from a row of logits. Holds scratch memory: one sampler a thread.</summary>
/// <param name="vocabulary">Length of a row of logits.</param>
/// <remarks>
/// A token's weight is <c>exp((logit − highest) / temperature)</c>. Top-k and top-p draw from weights in descending order, of equals the
/// lowest id first; only as many tokens are put in that order as can be drawn.
/// </remarks>
public sealed class TokenSampler(int vocabulary)
{
    private readonly double[] _weights = new double[vocabulary];
    private readonly HeaviestTokens _heaviest = new(vocabulary);

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">One a token of the vocabulary.</param>
    /// <param name="decoding">The rule.</param>
    /// <param name="uniform">A random number in [0, 1); greedy decoding ignores it.</param>
    /// <returns>The token and its log-probability under the distribution that it was drawn from (0 for greedy decoding).</returns>
    /// <exception cref="ArgumentException">The logits are of another length or hold NaN, or the highest is infinite where one is drawn.</exception>
    public (int Token, float LogProbability) Choose(ReadOnlySpan<float> logits, Decoding decoding, double uniform)
    {
        if (logits.Length != vocabulary)
        {
            throw new ArgumentException($"{logits.Length} logits for a vocabulary of {vocabulary}.", nameof(logits));
        }
        int best = ArgMax(logits);
        if (decoding is Decoding.Sampling && !float.IsFinite(logits[best]))
        {
            throw new ArgumentException($"The highest logit is {logits[best]}: the model has diverged.", nameof(logits));
        }
        return decoding switch
        {
            Decoding.Greedy => (best, 0f),
            Decoding.Sampling { TopK: 0, TopP: 1 } plain => Draw(_weights, Weigh(logits, logits[best], plain.Temperature), uniform),
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

    /// <summary>Fills the weights: their sum, added up by id.</summary>
    private double Weigh(ReadOnlySpan<float> logits, float highest, double temperature)
    {
        double total = 0;
        for (int token = 0; token < vocabulary; token++)
        {
            total += _weights[token] = Math.Exp((logits[token] - (double)highest) / temperature);
        }
        return total;
    }

    private (int Token, float LogProbability) DrawFromTop(
        ReadOnlySpan<float> logits,
        float highest,
        Decoding.Sampling sampling,
        double uniform
    )
    {
        if (sampling.TopK > 0 && sampling.TopK < vocabulary)
        {
            _heaviest.TakeMost(logits, highest, sampling.Temperature, sampling.TopK);
            if (sampling.TopP < 1)
            {
                _heaviest.CutAt(sampling.TopP);
            }
        }
        else
        {
            double total = Weigh(logits, highest, sampling.Temperature);
            if (sampling.TopP < 1)
            {
                _heaviest.TakeShare(_weights, total, sampling.TopP);
            }
            else
            {
                _heaviest.TakeAll(_weights);
            }
        }
        (int drawn, float logProbability) = Draw(_heaviest.Weights, _heaviest.Total, uniform);
        return (_heaviest.Tokens[drawn], logProbability);
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
