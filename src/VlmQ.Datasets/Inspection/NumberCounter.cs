using VlmQ.Core.Randomness;

namespace VlmQ.Datasets.Inspection;

/// <summary>Collects a <see cref="NumberSummary"/> in bounded memory.</summary>
internal sealed class NumberCounter(string name)
{
    private const int Places = 1 << 16;

    private readonly List<double> _sample = [];
    private readonly RandomKey _key = RandomKey.Of(0, "reservoir");
    private long _count;
    private double _mean;
    private double _squares;
    private double _least = double.PositiveInfinity;
    private double _greatest = double.NegativeInfinity;

    public void Add(double value)
    {
        _count++;
        _least = Math.Min(_least, value);
        _greatest = Math.Max(_greatest, value);
        // Welford (1962): stable whatever the mean.
        double delta = value - _mean;
        _mean += delta / _count;
        _squares += delta * (value - _mean);
        if (_sample.Count < Places)
        {
            _sample.Add(value);
            return;
        }
        // Vitter's algorithm R (1985): every value is in the sample with the same chance.
        long place = (long)Math.BigMul(_key.UInt64At((ulong)_count), (ulong)_count, out ulong _);
        if (place < Places)
        {
            _sample[(int)place] = value;
        }
    }

    /// <summary>The summary; null if there was nothing.</summary>
    public NumberSummary? Summary()
    {
        if (_count == 0)
        {
            return null;
        }
        double[] sorted = [.. _sample.Order()];
        return new NumberSummary(
            name,
            _count,
            _mean,
            Math.Sqrt(_squares / _count),
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
