namespace VlmQ.Models.Generation;

/// <summary>
/// The heaviest tokens of a distribution in descending order of their weights, of equals the lowest id first, and the sum of their
/// weights in that order: to the last bit what sorting the whole vocabulary and cutting it gives, but only what can be within the cut is
/// sorted. Its memory is used again.
/// </summary>
/// <param name="vocabulary">The most tokens that it can hold.</param>
internal sealed class HeaviestTokens(int vocabulary)
{
    // Shorter buffers would be sorted more often than pays.
    private const int ShortestBuffer = 256;

    // (logit − highest) / temperature below which a weight is zero: exp(−745.2) is less than half the smallest double.
    private const double Weightless = -746;

    // A difference in (logit − highest) / temperature that no rounding makes or hides: it is off by less than 1e-12 above Weightless.
    private const double ClearlyLess = 1e-9;

    // Two sums of n positive numbers in different orders differ by less than n times this share of them (Higham, Accuracy and Stability
    // of Numerical Algorithms, 4.2: each is off by at most n times half the machine's epsilon), with as much to spare.
    private const double ErrorOfSums = 4.0 / (1L << 53);

    // Negated while they are sorted, since the library sorts upwards.
    private readonly double[] _weights = new double[vocabulary];
    private readonly int[] _tokens = new int[vocabulary];
    private int _count;

    /// <summary>The weights, descending.</summary>
    public ReadOnlySpan<double> Weights => _weights.AsSpan(0, _count);

    /// <summary>Whose they are.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _count);

    /// <summary>Their sum.</summary>
    public double Total { get; private set; }

    /// <summary>Takes so many tokens, but for those of no weight.</summary>
    /// <param name="logits">One a token.</param>
    /// <param name="highest">The highest of them; finite.</param>
    /// <param name="temperature">Divides them.</param>
    /// <param name="most">How many; at least 1.</param>
    public void TakeMost(ReadOnlySpan<float> logits, float highest, double temperature, int most)
    {
        int room = (int)Math.Min(vocabulary, Math.Max(ShortestBuffer, 2L * most));
        double tooLow = highest + (Weightless * temperature);
        double tooLight = 0;
        _count = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            if (logits[token] < tooLow)
            {
                continue;
            }
            double weight = Math.Exp((logits[token] - (double)highest) / temperature);
            // Of equals those that are held already have the lower ids.
            if (weight <= tooLight)
            {
                continue;
            }
            Add(token, weight);
            if (_count == room && room < vocabulary)
            {
                Sort(0);
                _count = most;
                tooLight = _weights[most - 1];
                tooLow = logits[_tokens[most - 1]] - (ClearlyLess * temperature);
            }
        }
        Sort(0);
        Keep(Math.Min(most, _count));
    }

    /// <summary>Takes the fewest tokens that hold a share of all weight, at least one.</summary>
    /// <param name="weights">One a token; the highest is 1.</param>
    /// <param name="total">Their sum, added up in any order.</param>
    /// <param name="share">The share, in (0, 1).</param>
    public void TakeShare(ReadOnlySpan<double> weights, double total, double share)
    {
        // All tokens as light as this together hold less than the share leaves.
        double light = (1 - share) * total / vocabulary;
        _count = 0;
        Append(weights, light, double.PositiveInfinity);
        double mark = share * total;
        double error = mark * vocabulary * ErrorOfSums;
        double held = 0;
        int rank = 0;
        while (rank < _count && held < mark - error)
        {
            held += _weights[rank++];
        }
        if (held > mark + error)
        {
            Keep(rank);
        }
        else
        {
            // The total's last bits decide, as the sum in descending order has them.
            Append(weights, 0, light);
            Keep(_count);
            CutAt(share);
        }
    }

    /// <summary>Takes all tokens, but for those of no weight.</summary>
    /// <param name="weights">One a token.</param>
    public void TakeAll(ReadOnlySpan<double> weights)
    {
        _count = 0;
        Append(weights, 0, double.PositiveInfinity);
        Keep(_count);
    }

    /// <summary>Leaves the fewest tokens that hold a share of what is held, at least one.</summary>
    /// <param name="share">The share, in (0, 1).</param>
    public void CutAt(double share)
    {
        double mark = share * Total;
        double held = 0;
        int rank = 0;
        while (rank < _count && held < mark)
        {
            held += _weights[rank++];
        }
        Keep(rank);
    }

    /// <summary>Adds the tokens above one weight and up to another, all lighter than what is held.</summary>
    private void Append(ReadOnlySpan<double> weights, double above, double upTo)
    {
        int start = _count;
        for (int token = 0; token < weights.Length; token++)
        {
            if (weights[token] > above && weights[token] <= upTo)
            {
                Add(token, weights[token]);
            }
        }
        Sort(start);
    }

    private void Add(int token, double weight)
    {
        _weights[_count] = weight;
        _tokens[_count++] = token;
    }

    private void Keep(int count)
    {
        _count = count;
        Total = 0;
        foreach (double weight in Weights)
        {
            Total += weight;
        }
    }

    private void Sort(int start)
    {
        Span<double> weights = _weights.AsSpan(start, _count - start);
        Negate(weights);
        Array.Sort(_weights, _tokens, start, weights.Length);
        Negate(weights);
        // The library leaves equals in no order.
        for (int first = start; first < _count; )
        {
            int end = first + 1;
            while (end < _count && _weights[end] == _weights[first])
            {
                end++;
            }
            Array.Sort(_tokens, first, end - first);
            first = end;
        }
    }

    private static void Negate(Span<double> weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = -weights[i];
        }
    }
}
