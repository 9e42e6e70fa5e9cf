namespace VlmQ.Datasets.Inspection;

/// <summary>Collects a <see cref="NumberRange"/>.</summary>
internal sealed class RangeCounter
{
    private double _least = double.PositiveInfinity;
    private double _greatest = double.NegativeInfinity;
    private double _sum;
    private long _count;

    public void Add(double value)
    {
        _least = Math.Min(_least, value);
        _greatest = Math.Max(_greatest, value);
        _sum += value;
        _count++;
    }

    /// <summary>The range; zeros if there was nothing.</summary>
    public NumberRange Range() => _count == 0 ? default : new NumberRange(_least, _sum / _count, _greatest);
}
