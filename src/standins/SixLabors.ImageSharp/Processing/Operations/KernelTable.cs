using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Processing.Operations;

/// <summary>For every output position along one axis: the first source position and the weights from there on, summing to one.</summary>
internal sealed class KernelTable
{
    private readonly int[] starts;
    private readonly int[] counts;
    private readonly float[] weights;
    private readonly int stride;

    public KernelTable(int source, int target, IResampler sampler)
    {
        double ratio = source / (double)target;
        double scale = Math.Max(1, ratio);
        int radius = (int)Math.Ceiling(scale * sampler.Radius);
        stride = Math.Min(source, (2 * radius) + 1);
        starts = new int[target];
        counts = new int[target];
        weights = new float[target * stride];
        for (int i = 0; i < target; i++)
        {
            double center = ((i + 0.5) * ratio) - 0.5;
            if (sampler is NearestKernel)
            {
                (starts[i], counts[i], weights[i * stride]) = (Math.Clamp((int)((i + 0.5) * ratio), 0, source - 1), 1, 1);
                continue;
            }
            Fill(i, center, radius, scale, source, sampler);
        }
    }

    public int Start(int i) => starts[i];

    public ReadOnlySpan<float> Weights(int i) => weights.AsSpan(i * stride, counts[i]);

    private void Fill(int i, double center, int radius, double scale, int source, IResampler sampler)
    {
        int first = Math.Max(0, (int)Math.Ceiling(center - radius));
        int last = Math.Min(source - 1, (int)Math.Floor(center + radius));
        Span<float> values = weights.AsSpan(i * stride, stride);
        double sum = 0;
        int count = 0;
        for (int j = first; j <= last; j++)
        {
            float value = sampler.GetValue((float)((j - center) / scale));
            if (value == 0 && count == 0)
            {
                first = j + 1;
                continue;
            }
            values[count++] = value;
            sum += value;
        }
        while (count > 1 && values[count - 1] == 0)
        {
            count--;
        }
        for (int k = 0; k < count; k++)
        {
            values[k] = (float)(values[k] / sum);
        }
        (starts[i], counts[i]) = (first, count);
    }
}
