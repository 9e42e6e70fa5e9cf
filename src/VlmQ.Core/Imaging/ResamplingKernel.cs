namespace VlmQ.Core.Imaging;

/// <summary>The function that weights source pixels by their distance, in source pixels at scale 1.</summary>
internal sealed record ResamplingKernel(double Support, Func<double, double> Weight)
{
    /// <summary>The cubic of Keys (1981) with a = −0.5.</summary>
    public static ResamplingKernel Bicubic { get; } = new(2, Cubic);

    /// <summary>A sinc windowed by another, three lobes.</summary>
    public static ResamplingKernel Lanczos { get; } = new(3, static x => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0);

    private static double Cubic(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        if (x < 1)
        {
            return ((((A + 2) * x) - (A + 3)) * x * x) + 1;
        }
        return x < 2 ? ((((x - 5) * x) + 8) * x - 4) * A : 0;
    }

    private static double Sinc(double x)
    {
        double angle = x * Math.PI;
        return angle == 0 ? 1 : Math.Sin(angle) / angle;
    }
}
