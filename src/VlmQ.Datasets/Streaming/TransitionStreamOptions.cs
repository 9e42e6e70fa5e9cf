using VlmQ.Core.Episodes;
using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming;

/// <summary>How transitions become batches.</summary>
public sealed record TransitionStreamOptions
{
    // All of a step's windows are in memory at once, whoever trains on them.
    private const int MostWindows = 1 << 20;

    /// <summary>Consecutive turns of an episode that are trained on together, at least 1.</summary>
    public int WindowTurns { get; init; } = 8;

    /// <summary>Windows of a batch of this trainer, at least 1.</summary>
    public int BatchWindows { get; init; } = 8;

    /// <summary>The seed of the order.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Turns that are shuffled together: a slice, of fewer than twice as many turns, or less than a row group more. This trainer's row groups
    /// of two slices, the one under way and the next, are in memory at once, as PNG or JPEG files.
    /// </summary>
    public long ShuffleTurns { get; init; } = 8192;

    /// <summary>Parts whose row groups are mixed, at least 1; so many files are open at once.</summary>
    public int MixedParts { get; init; } = 8;

    /// <summary>
    /// What this trainer takes where several train together: each reads the same dataset with the same options but for this one. The
    /// order in which all of them take the windows depends neither on how many they are nor on their workers.
    /// </summary>
    public Share Share { get; init; } = Share.All;

    /// <summary>
    /// A folder on a disk that all trainers share, in which they agree over how many parts each pass over a dataset that they follow goes:
    /// the first that comes to a pass notes it. Several trainers cannot follow without one.
    /// </summary>
    public string? PassFolder { get; init; }

    /// <summary>
    /// Side of the square, in pixels, to which pictures are resized, bicubic as Pillow does it; null leaves them as they are, and all must
    /// have one size.
    /// </summary>
    public int? ImageSize { get; init; }

    /// <summary>Batches decoded and collated at once, at least 1; their order does not depend on it.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Finished batches that may wait to be taken, at least 1.</summary>
    public int Prefetch { get; init; } = 4;

    /// <summary>A dataset that fits in so many bytes, pictures decoded, is kept in memory after its first pass.</summary>
    public long CacheBytes { get; init; } = 256L << 20;

    /// <summary>The fault of more windows than a step of all trainers can have; null where there are not so many.</summary>
    public Fault? Check()
    {
        long step = (long)BatchWindows * Share.World;
        return step > MostWindows
            ? Fault.Configuration(
                $"{BatchWindows} windows for each of {Share.World} trainers are {step}, a step has at most {MostWindows}",
                "",
                "make batches of fewer windows"
            )
            : null;
    }

    /// <summary>Throws if an option is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(WindowTurns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchWindows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ShuffleTurns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MixedParts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ImageSize ?? 1, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Prefetch, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(CacheBytes);
    }
}
