namespace VlmQ.Core.Statistics;

/// <summary>Mean and spread of numbers that come one at a time (Welford, Technometrics 4, 1962): stable whatever the mean.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Mean">Their mean; 0 without any.</param>
/// <param name="SquaredDeviations">The sum of their squared deviations from the mean.</param>
public readonly record struct Moments(long Count, double Mean, double SquaredDeviations)
{
    /// <summary>The standard deviation of the numbers as a whole population; NaN without any.</summary>
    public double Deviation => Math.Sqrt(SquaredDeviations / Count);

    /// <summary>
    /// The mean's interval, Student's t with Count − 1 degrees of freedom: mean ± t·s/√Count, with s from the sum of squares over
    /// Count − 1. Null with fewer than two numbers. It is exact for normal numbers and close for many of any kind; where all are equal it
    /// has no width, which says that nothing else was seen, not that nothing else is possible.
    /// </summary>
    public Interval? MeanInterval()
    {
        if (Count < 2)
        {
            return null;
        }
        double half = StudentT.TwoSided95(Count - 1) * Math.Sqrt(SquaredDeviations / (Count - 1) / Count);
        return new Interval(Mean - half, Mean + half);
    }

    /// <summary>With one more number.</summary>
    public Moments Add(double value)
    {
        long count = Count + 1;
        double delta = value - Mean;
        double mean = Mean + (delta / count);
        return new Moments(count, mean, SquaredDeviations + (delta * (value - mean)));
    }
}
