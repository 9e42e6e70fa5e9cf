using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Processing.Operations;

/// <summary>The two-parameter cubic of Mitchell and Netravali (1988).</summary>
internal sealed record CubicKernel(float B, float C, float Radius) : IResampler
{
    public CubicKernel(float b, float c, int radius = 2)
        : this(b, c, (float)radius) { }

    public float GetValue(float x)
    {
        x = MathF.Abs(x);
        if (x < 1)
        {
            return ((((12 - (9 * B) - (6 * C)) * x * x * x) + ((-18 + (12 * B) + (6 * C)) * x * x)) + (6 - (2 * B))) / 6;
        }
        return x >= 2
            ? 0
            : ((((-B - (6 * C)) * x * x * x) + (((6 * B) + (30 * C)) * x * x)) + (((-12 * B) - (48 * C)) * x) + ((8 * B) + (24 * C))) / 6;
    }
}

internal sealed record BoxKernel : IResampler
{
    public float Radius => 0.5F;

    public float GetValue(float x) => x is > -0.5F and <= 0.5F ? 1 : 0;
}

internal sealed record TriangleKernel : IResampler
{
    public float Radius => 1;

    public float GetValue(float x) => MathF.Max(0, 1 - MathF.Abs(x));
}

internal sealed record LanczosKernel(int Lobes) : IResampler
{
    public float Radius => Lobes;

    public float GetValue(float x) => MathF.Abs(x) < Lobes ? Sinc(x) * Sinc(x / Lobes) : 0;

    private static float Sinc(float x)
    {
        double angle = Math.PI * x;
        return angle == 0 ? 1 : (float)(Math.Sin(angle) / angle);
    }
}

/// <summary>The nearest pixel; recognised by the resizer, which then mixes nothing.</summary>
internal sealed record NearestKernel : IResampler
{
    public float Radius => 1;

    public float GetValue(float x) => x;
}
