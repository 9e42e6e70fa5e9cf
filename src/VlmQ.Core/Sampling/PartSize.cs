namespace VlmQ.Core.Sampling;

/// <summary>What a sampler has to know of a part: it is in the manifest, so that no part need be opened for it.</summary>
public readonly record struct PartSize
{
    /// <param name="turns">Turns of all its episodes, at least one an episode.</param>
    /// <param name="episodes">Whole episodes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below that.</exception>
    public PartSize(long turns, long episodes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(turns, episodes);
        Turns = turns;
        Episodes = episodes;
    }

    /// <summary>Turns of all its episodes.</summary>
    public long Turns { get; }

    /// <summary>Whole episodes.</summary>
    public long Episodes { get; }
}
