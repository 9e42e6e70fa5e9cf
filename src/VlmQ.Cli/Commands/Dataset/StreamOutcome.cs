namespace VlmQ.Cli.Commands.Dataset;

/// <summary>What a stream gave.</summary>
internal sealed record StreamOutcome
{
    public required int Batches { get; init; }

    /// <summary>Turns that were given to train on; rows of next states alone are not counted.</summary>
    public required long Turns { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Of <see cref="Seconds"/>, those before the first batch.</summary>
    public required double SecondsToFirstBatch { get; init; }

    public required double TurnsPerSecond { get; init; }

    /// <summary>Share of the time that was waited for batches, 0–1.</summary>
    public required double WaitShare { get; init; }

    /// <summary>A digest of the turns, whatever their order, in hexadecimal; those of ranks add up, modulo 2¹²⁸, to that of all.</summary>
    public required string Digest { get; init; }

    /// <summary>Where to go on: the same for all ranks.</summary>
    public required string Next { get; init; }
}
