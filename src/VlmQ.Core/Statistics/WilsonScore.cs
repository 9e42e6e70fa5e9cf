namespace VlmQ.Core.Statistics;

/// <summary>
/// The score interval of a share (Wilson, Journal of the American Statistical Association 22, 1927), without correction for continuity:
/// all shares that a two-sided normal test at 5% does not reject. Unlike p ± 1.96 standard errors it stays within 0 and 1 and is of use
/// where all or none succeeded.
/// </summary>
public static class WilsonScore
{
    /// <summary>The interval, or null where nothing was tried.</summary>
    /// <param name="successes">What succeeded, 0 … <paramref name="trials"/>.</param>
    /// <param name="trials">What was tried, each independently of the others.</param>
    public static Interval? Of(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (trials == 0)
        {
            return null;
        }
        const double Z = StudentT.Normal;
        double share = (double)successes / trials;
        double spread = Z * Z / trials;
        double centre = (share + (spread / 2)) / (1 + spread);
        double half = Z / (1 + spread) * Math.Sqrt((share * (1 - share) / trials) + (spread / (4 * trials)));
        // In exact arithmetic these ends are 0 and 1.
        return new Interval(successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half);
    }
}
