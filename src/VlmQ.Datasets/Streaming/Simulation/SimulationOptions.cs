namespace VlmQ.Datasets.Streaming.Simulation;

/// <summary>A dataset that is not there, and the trainers that read it.</summary>
public sealed record SimulationOptions
{
    /// <summary>Turns of the dataset; at least one a part.</summary>
    public long Turns { get; init; } = 10_000_000;

    /// <summary>Parts, at least 1, of equal size but for one turn.</summary>
    public int Parts { get; init; } = 1000;

    /// <summary>Turns of an episode on average, at least 1; lengths are spread evenly from 1 to twice as many less one.</summary>
    public int EpisodeTurns { get; init; } = 10;

    /// <summary>Turns that close a row group, at least 1.</summary>
    public int GroupTurns { get; init; } = 512;

    /// <summary>Bytes of a turn as it is held in memory, its PNG file with it; at least 1.</summary>
    public long TurnBytes { get; init; } = 8192;

    /// <summary>Trainers, at least 1.</summary>
    public int World { get; init; } = 1;

    /// <summary>The pass that is simulated, from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>Windows, batches, shuffling and seed.</summary>
    public TransitionStreamOptions Stream { get; init; } = new();

    /// <summary>Throws if an option is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Parts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Turns, Parts);
        ArgumentOutOfRangeException.ThrowIfLessThan(EpisodeTurns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(GroupTurns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TurnBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(World, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Epoch);
        Stream.Validate();
    }
}
