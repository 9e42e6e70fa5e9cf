using System.Collections.Immutable;

namespace VlmQ.Core.Sampling;

/// <summary>
/// Which of several datasets each window is from: always the one that has had least of its share so far, the first where two are equal.
/// So the choice is a pure function of the weights and of the windows taken, and every dataset gets its share evenly, not by luck.
/// </summary>
public sealed class MixSchedule
{
    /// <param name="weights">A weight a dataset, positive and finite; they need not add up to 1.</param>
    /// <exception cref="ArgumentException">There is none, or one is not positive and finite.</exception>
    public MixSchedule(ImmutableArray<double> weights)
    {
        if (weights.IsDefaultOrEmpty)
        {
            throw new ArgumentException("There is nothing to mix.", nameof(weights));
        }
        double sum = 0;
        foreach (double weight in weights)
        {
            sum +=
                weight > 0 && double.IsFinite(weight)
                    ? weight
                    : throw new ArgumentException("A weight is positive and finite.", nameof(weights));
        }
        Shares = [.. weights.Select(weight => weight / sum)];
    }

    /// <summary>The datasets' shares of the windows; their sum is 1.</summary>
    public ImmutableArray<double> Shares { get; }

    /// <summary>The dataset of the next window.</summary>
    /// <param name="taken">Windows that each dataset has had.</param>
    /// <exception cref="ArgumentException">There are not as many numbers as datasets.</exception>
    public int Next(ReadOnlySpan<long> taken)
    {
        if (taken.Length != Shares.Length)
        {
            throw new ArgumentException($"{taken.Length} numbers are not one for each of {Shares.Length} datasets.", nameof(taken));
        }
        long window = 1;
        foreach (long count in taken)
        {
            window += count;
        }
        int next = 0;
        for (int i = 1; i < taken.Length; i++)
        {
            if ((Shares[i] * window) - taken[i] > (Shares[next] * window) - taken[next])
            {
                next = i;
            }
        }
        return next;
    }
}
