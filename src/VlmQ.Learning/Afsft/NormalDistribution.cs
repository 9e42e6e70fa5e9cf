namespace VlmQ.Learning;

/// <summary>The standard normal distribution.</summary>
public static class NormalDistribution
{
    /// <summary>
    /// Φ(x), with an absolute error below 1e-15: Taylor's series of erf near 0, the continued fraction of erfc beyond
    /// (Abramowitz and Stegun 7.1.6 and 7.1.14).
    /// </summary>
    public static double Cumulative(double x)
    {
        double z = Math.Abs(x) / Math.Sqrt(2);
        double upper = z < 2.5 ? 1 - Erf(z) : Erfc(z);
        return x >= 0 ? 1 - (0.5 * upper) : 0.5 * upper;
    }

    // erf z = 2/√π · e^(−z²) · Σ 2ⁿ z^(2n+1) / (1·3·…·(2n+1)): all terms positive, so nothing cancels.
    private static double Erf(double z)
    {
        double term = z;
        double sum = z;
        for (int n = 1; term > sum * 1e-17; n++)
        {
            term *= 2 * z * z / ((2 * n) + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-z * z) * sum;
    }

    // erfc z = e^(−z²)/√π · 1/(z + ½/(z + 1/(z + 3/2/(z + …)))).
    private static double Erfc(double z)
    {
        double fraction = z;
        for (int n = 120; n >= 1; n--)
        {
            fraction = z + (0.5 * n / fraction);
        }
        return Math.Exp(-z * z) / Math.Sqrt(Math.PI) / fraction;
    }
}
