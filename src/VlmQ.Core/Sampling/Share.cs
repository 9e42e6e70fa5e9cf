namespace VlmQ.Core.Sampling;

/// <summary>
/// What one of several trainers takes of the common order. A step takes one batch for each rank, so that all ranks together take the order
/// as one trainer would that has batches so many times as large. The windows of a step are dealt by their places in the dataset: rank 0
/// takes those that the dataset holds first, and so on, so that each rank reads its own row groups and few of the others'.
/// </summary>
public readonly record struct Share
{
    private readonly int _others;

    /// <param name="rank">This trainer, 0 to <paramref name="world"/> − 1.</param>
    /// <param name="world">Trainers, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not one of those.</exception>
    public Share(int rank, int world)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(world, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, world);
        Rank = rank;
        _others = world - 1;
    }

    /// <summary>Everything: rank 0 of 1.</summary>
    public static Share All => default;

    /// <summary>This trainer, from 0.</summary>
    public int Rank { get; }

    /// <summary>Trainers.</summary>
    public int World => _others + 1;

    /// <summary>The windows of a step of all ranks that are this trainer's, as ascending indices: its batch keeps the common order.</summary>
    /// <param name="step">The step's windows, as many for each rank.</param>
    /// <param name="places">Compares the windows' places in the data.</param>
    /// <exception cref="ArgumentException">The ranks cannot have equally many.</exception>
    public int[] Deal<T>(ReadOnlySpan<T> step, Comparison<T> places)
    {
        (int batch, int rest) = Math.DivRem(step.Length, World);
        if (rest != 0)
        {
            throw new ArgumentException($"{step.Length} windows are not equally many for {World} ranks.", nameof(step));
        }
        int[] mine = ByPlace(step, places).AsSpan(Rank * batch, batch).ToArray();
        Array.Sort(mine);
        return mine;
    }

    /// <summary>The windows of a step, as indices, in the order in which the data holds them: each rank in turn takes a batch of them.</summary>
    public static int[] ByPlace<T>(ReadOnlySpan<T> step, Comparison<T> places)
    {
        int[] indices = new int[step.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = i;
        }
        T[] sorted = step.ToArray();
        MemoryExtensions.Sort(sorted.AsSpan(), indices.AsSpan(), places);
        return indices;
    }
}
