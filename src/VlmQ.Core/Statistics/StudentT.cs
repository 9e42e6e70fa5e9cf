namespace VlmQ.Core.Statistics;

/// <summary>Student's t distribution, as far as two-sided intervals at 95% need it.</summary>
public static class StudentT
{
    /// <summary>What 97.5% of a standard normal distribution lie below: t with endless degrees of freedom.</summary>
    public const double Normal = 1.959963984540054;

    private const double Inside = 0.95;

    // Beyond it the expansion is right to 2e-8.
    private const long ExactUpTo = 100;

    /// <summary>The t between whose two signs 95% of the distribution lie.</summary>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    public static double TwoSided95(long degrees)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degrees);
        return degrees <= ExactUpTo ? Inverted((int)degrees) : Expanded(degrees);
    }

    private static double Inverted(int degrees)
    {
        (double low, double high) = (Normal, 13);
        while (true)
        {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high)
            {
                return middle;
            }
            (low, high) = Within(middle, degrees) < Inside ? (middle, high) : (low, middle);
        }
    }

    /// <summary>The probability of −t … t (Abramowitz and Stegun, 26.7.3 and 26.7.4).</summary>
    private static double Within(double t, int degrees)
    {
        double angle = Math.Atan(t / Math.Sqrt(degrees));
        double cosine = Math.Cos(angle);
        bool odd = degrees % 2 == 1;
        double term = odd ? cosine : 1;
        double sum = degrees > 1 ? term : 0;
        for (int k = odd ? 3 : 2; k < degrees; k += 2)
        {
            term *= (k - 1) * cosine * cosine / k;
            sum += term;
        }
        return odd ? 2 / Math.PI * (angle + (Math.Sin(angle) * sum)) : Math.Sin(angle) * sum;
    }

    /// <summary>Around the normal distribution (Abramowitz and Stegun, 26.7.5).</summary>
    private static double Expanded(double degrees)
    {
        const double Z = Normal;
        const double Z3 = Z * Z * Z;
        const double Z5 = Z3 * Z * Z;
        const double Z7 = Z5 * Z * Z;
        return Z
            + ((Z3 + Z) / (4 * degrees))
            + (((5 * Z5) + (16 * Z3) + (3 * Z)) / (96 * degrees * degrees))
            + (((3 * Z7) + (19 * Z5) + (17 * Z3) - (15 * Z)) / (384 * degrees * degrees * degrees));
    }
}
