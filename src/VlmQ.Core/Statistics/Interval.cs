namespace VlmQ.Core.Statistics;

/// <summary>Where a quantity lies with 95% confidence.</summary>
public sealed record Interval
{
    /// <param name="low">The lower end; finite.</param>
    /// <param name="high">The upper end; finite, at least <paramref name="low"/>.</param>
    /// <exception cref="ArgumentException">The ends are not finite or not in order.</exception>
    public Interval(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low > high)
        {
            throw new ArgumentException($"From {low} to {high} is no interval.", nameof(low));
        }
        Low = low;
        High = high;
    }

    /// <summary>The lower end.</summary>
    public double Low { get; }

    /// <summary>The upper end.</summary>
    public double High { get; }
}
