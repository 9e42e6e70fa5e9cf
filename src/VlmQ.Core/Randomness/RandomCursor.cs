namespace VlmQ.Core.Randomness;

/// <summary>Draws from a <see cref="RandomKey"/> at consecutive counters; a local convenience, never shared.</summary>
public ref struct RandomCursor(RandomKey key)
{
    private ulong _counter;

    /// <summary>64 uniform bits.</summary>
    public ulong NextUInt64() => key.UInt64At(_counter++);

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => key.DoubleAt(_counter++);

    /// <summary>Uniform in 0..<paramref name="bound"/>−1.</summary>
    public int NextIndex(int bound) => key.IndexAt(_counter++, bound);

    /// <summary>A uniformly random order of the span's elements (Fisher–Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextIndex(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
