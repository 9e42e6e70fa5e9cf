namespace VlmQ.Core.Tests.Environments.BabyAi;

/// <summary>How likely two samples differ as much as they do when both come from the same distribution.</summary>
internal static class SamplingError
{
    private const double RareCount = 10;

    /// <summary>The two-sample chi-square test on counts; values seen fewer than ten times in all are merged.</summary>
    public static double OfCounts(IReadOnlyDictionary<string, double> first, IReadOnlyDictionary<string, double> second)
    {
        double all1 = first.Values.Sum();
        double all2 = second.Values.Sum();
        double statistic = 0;
        int classes = 0;
        double rare1 = 0;
        double rare2 = 0;
        foreach (string value in first.Keys.Union(second.Keys))
        {
            double count1 = first.GetValueOrDefault(value);
            double count2 = second.GetValueOrDefault(value);
            if (count1 + count2 < RareCount)
            {
                (rare1, rare2) = (rare1 + count1, rare2 + count2);
                continue;
            }
            statistic += Term(count1, count2, all1, all2);
            classes++;
        }
        if (rare1 + rare2 >= RareCount)
        {
            statistic += Term(rare1, rare2, all1, all2);
            classes++;
        }
        return classes < 2 ? 1 : ChiSquareTail(statistic, classes - 1);
    }

    /// <summary>The two-sided z-test on means with known standard deviations.</summary>
    public static double OfMeans(double mean1, double deviation1, double n1, double mean2, double deviation2, double n2)
    {
        double variance = (deviation1 * deviation1 / n1) + (deviation2 * deviation2 / n2);
        // The recorded means have four decimals.
        double difference = Math.Max(0, Math.Abs(mean1 - mean2) - 0.0001);
        return difference == 0 ? 1
            : variance == 0 ? 0
            : ChiSquareTail(difference * difference / variance, 1);
    }

    /// <summary>The chance that a chi-square variable is larger: the regularised upper incomplete gamma function.</summary>
    public static double ChiSquareTail(double statistic, int degrees)
    {
        double a = degrees / 2.0;
        double x = statistic / 2;
        if (x <= 0)
        {
            return 1;
        }
        double scale = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        return x < a + 1 ? 1 - (scale * Series(a, x)) : scale * Fraction(a, x);
    }

    private static double Term(double count1, double count2, double all1, double all2)
    {
        double difference = (count1 * Math.Sqrt(all2 / all1)) - (count2 * Math.Sqrt(all1 / all2));
        return difference * difference / (count1 + count2);
    }

    private static double Series(double a, double x)
    {
        double term = 1 / a;
        double sum = term;
        for (int n = 1; n < 1000 && term > sum * 1e-15; n++)
        {
            term *= x / (a + n);
            sum += term;
        }
        return sum;
    }

    // Lentz's method (Numerical Recipes, 6.2).
    private static double Fraction(double a, double x)
    {
        const double Tiny = 1e-300;
        double b = x + 1 - a;
        double c = 1 / Tiny;
        double d = 1 / b;
        double value = d;
        for (int i = 1; i < 1000; i++)
        {
            double an = -i * (i - a);
            b += 2;
            d = 1 / NotZero((an * d) + b, Tiny);
            c = NotZero(b + (an / c), Tiny);
            value *= d * c;
        }
        return value;
    }

    private static double NotZero(double value, double tiny) => Math.Abs(value) < tiny ? tiny : value;

    // Exact for halves of whole numbers: Γ(a) = (a − 1) Γ(a − 1), Γ(1) = 1, Γ(1/2) = √π.
    private static double LogGamma(double a)
    {
        double sum = 0;
        for (; a > 1; a--)
        {
            sum += Math.Log(a - 1);
        }
        return a == 1 ? sum : sum + (Math.Log(Math.PI) / 2);
    }
}
