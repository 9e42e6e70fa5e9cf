using VlmQ.Core.Randomness;
using VlmQ.Core.Statistics;

namespace VlmQ.Datasets.Inspection;

/// <summary>Collects a <see cref="NumberSummary"/> in bounded memory.</summary>
internal sealed class NumberCounter(string name)
{
    private const int Places = 1 << 16;

    private readonly List<double> _sample = [];
    private readonly RandomKey _key = RandomKey.Of(0, "reservoir");
    private Moments _moments;
    private double _least = double.PositiveInfinity;
    private double _greatest = double.NegativeInfinity;

    public void Add(double value)
    {
        _moments = _moments.Add(value);
        _least = Math.Min(_least, value);
        _greatest = Math.Max(_greatest, value);
        if (_sample.Count < Places)
        {
            _sample.Add(value);
            return;
        }
        // Vitter's algorithm R (1985): every value is in the sample with the same chance.
        ulong count = (ulong)_moments.Count;
        long place = (long)Math.BigMul(_key.UInt64At(count), count, out ulong _);
        if (place < Places)
        {
            _sample[(int)place] = value;
        }
    }

    /// <summary>The summary; null if there was nothing.</summary>
    public NumberSummary? Summary()
    {
        if (_moments.Count == 0)
        {
            return null;
        }
        double[] sorted = [.. _sample.Order()];
        return new NumberSummary(
            name,
            _moments.Count,
            _moments.Mean,
            _moments.Deviation,
            _least,
            At(sorted, 0.1),
            At(sorted, 0.5),
            At(sorted, 0.9),
            _greatest
        );
    }

    // The nearest rank: always a value that occurred.
    private static double At(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
