namespace VlmQ.Core.Sampling;

/// <summary>
/// What one of several trainers takes of the common order. A step takes one batch for each rank: rank 0 the first batch's windows, rank 1
/// the next ones', and so on, so that all ranks together take the order as one trainer would that has batches so many times as large.
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

    /// <summary>Whether a window is this trainer's.</summary>
    /// <param name="window">Windows of all ranks since the stream was begun or resumed, from 0.</param>
    /// <param name="batchWindows">Windows of a batch of one rank, at least 1.</param>
    public bool Takes(long window, int batchWindows) => window / batchWindows % World == Rank;

    /// <summary>Whether a step of all ranks ends with a window; the arguments are those of <see cref="Takes"/>.</summary>
    public bool EndsStep(long window, int batchWindows) => (window + 1) % ((long)batchWindows * World) == 0;
}
