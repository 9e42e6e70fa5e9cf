namespace VlmQ.Core.Imaging;

/// <summary>
/// For every output position along one axis: the first source position, how many follow, and their weights in units of 2⁻²².
/// </summary>
internal sealed class ResamplingWeights
{
    /// <summary>Fractional bits of a weight.</summary>
    public const int Precision = 22;

    private readonly int[] starts;
    private readonly int[] counts;
    private readonly int[] weights;
    private readonly int stride;

    public ResamplingWeights(int source, int target, ResamplingKernel kernel)
    {
        Source = source;
        Target = target;
        double scale = source / (double)target;
        double spread = Math.Max(scale, 1);
        double support = kernel.Support * spread;
        stride = Math.Min(source, (2 * (int)Math.Ceiling(support)) + 1);
        starts = new int[target];
        counts = new int[target];
        weights = new int[checked(target * stride)];
        double[] row = new double[stride];
        for (int i = 0; i < target; i++)
        {
            double center = (i + 0.5) * scale;
            int first = Math.Max(0, (int)(center - support + 0.5));
            int end = Math.Min(source, (int)(center + support + 0.5));
            (starts[i], counts[i]) = (first, end - first);
            MostTaps = Math.Max(MostTaps, end - first);
            Quantize(row.AsSpan(0, end - first), first - center + 0.5, spread, kernel, weights.AsSpan(i * stride, end - first));
        }
    }

    /// <summary>Positions on the side that is read.</summary>
    public int Source { get; }

    /// <summary>Positions on the side that is written.</summary>
    public int Target { get; }

    /// <summary>The largest number of weights at any position.</summary>
    public int MostTaps { get; }

    public int Start(int i) => starts[i];

    public ReadOnlySpan<int> At(int i) => weights.AsSpan(i * stride, counts[i]);

    private static void Quantize(Span<double> row, double distance, double spread, ResamplingKernel kernel, Span<int> quantized)
    {
        double sum = 0;
        for (int j = 0; j < row.Length; j++)
        {
            row[j] = kernel.Weight((j + distance) / spread);
            sum += row[j];
        }
        for (int j = 0; j < row.Length; j++)
        {
            double scaled = row[j] / sum * (1 << Precision);
            quantized[j] = (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        }
    }
}
