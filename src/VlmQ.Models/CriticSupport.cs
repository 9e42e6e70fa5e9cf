namespace VlmQ.Models;

/// <summary>
/// The values between which classifying critics place their probability: <c>bins</c> equally spaced centres from
/// <c>minimum</c> to <c>maximum</c>, both included.
/// </summary>
public sealed record CriticSupport
{
    /// <param name="minimum">The first centre.</param>
    /// <param name="maximum">The last centre, above the first.</param>
    /// <param name="bins">At least 2.</param>
    public CriticSupport(double minimum, double maximum, int bins)
    {
        if (!double.IsFinite(minimum) || !double.IsFinite(maximum) || maximum <= minimum)
        {
            throw new ArgumentOutOfRangeException(nameof(maximum), $"The support [{minimum}, {maximum}] is empty or not finite.");
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 2);
        Minimum = minimum;
        Maximum = maximum;
        Bins = bins;
    }

    /// <summary>The first centre.</summary>
    public double Minimum { get; }

    /// <summary>The last centre.</summary>
    public double Maximum { get; }

    /// <summary>Number of centres.</summary>
    public int Bins { get; }

    /// <summary>Distance between neighbouring centres.</summary>
    public double Spacing => (Maximum - Minimum) / (Bins - 1);

    /// <summary>The value of a bin's centre.</summary>
    public double Centre(int bin) => Minimum + (bin * Spacing);

    /// <summary>
    /// θ such that the probabilities proportional to exp(θ·centre) have the given mean: the broadest distribution that does, a start
    /// from which every target is learnt at a moderate loss.
    /// </summary>
    /// <param name="mean">Strictly between the ends.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public double TiltFor(double mean)
    {
        if (!(mean > Minimum && mean < Maximum))
        {
            throw new ArgumentOutOfRangeException(nameof(mean), mean, $"A mean lies between {Minimum} and {Maximum}.");
        }
        double low = -700 / (Maximum - Minimum);
        double high = -low;
        for (int i = 0; i < 100; i++)
        {
            double middle = 0.5 * (low + high);
            (low, high) = MeanOf(middle) < mean ? (middle, high) : (low, middle);
        }
        return 0.5 * (low + high);
    }

    private double MeanOf(double tilt)
    {
        double total = 0;
        double sum = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            double weight = Math.Exp(tilt * (Centre(bin) - (tilt > 0 ? Maximum : Minimum)));
            total += weight;
            sum += weight * Centre(bin);
        }
        return sum / total;
    }
}
