namespace VlmQ.Datasets.Streaming.Simulation;

/// <summary>What a pass over a dataset would be like.</summary>
public sealed record SimulationReport
{
    /// <summary>Windows of the pass.</summary>
    public required long Windows { get; init; }

    /// <summary>Steps of all trainers that the pass has windows for, the last one begun counted.</summary>
    public required long Steps { get; init; }

    /// <summary>
    /// Spearman's correlation, over turns, of the place in the order with the place in the dataset: 1 unshuffled, 0 for a perfect shuffle.
    /// </summary>
    public required double RankCorrelation { get; init; }

    /// <summary>Mean distance of a turn's two places, as a share of the dataset: 0 unshuffled, ⅓ for a perfect shuffle.</summary>
    public required double MeanDisplacement { get; init; }

    /// <summary>Share of windows that come right after the one before them in the dataset: 1 unshuffled.</summary>
    public required double AdjacentPairs { get; init; }

    /// <summary>Parts that the windows of a step are from, on average.</summary>
    public required double PartsInStep { get; init; }

    /// <summary>The same for a perfect shuffle.</summary>
    public required double PartsInPerfectStep { get; init; }

    /// <summary>Times that one trainer opens a part, at most, in the pass.</summary>
    public required int OpeningsOfPart { get; init; }

    /// <summary>Row groups of the dataset.</summary>
    public required long RowGroups { get; init; }

    /// <summary>Row groups that one trainer reads, at most.</summary>
    public required long RowGroupsReadByRank { get; init; }

    /// <summary>Row groups that all trainers read together.</summary>
    public required long RowGroupsReadByAll { get; init; }

    /// <summary>Times that a row group is read in the pass, by all trainers together, on average: 1 is best.</summary>
    public required double ReadAmplification { get; init; }

    /// <summary>Turns in a trainer's memory at once, at most: of the slice under way and of the next one.</summary>
    public required long TurnsInMemory { get; init; }

    /// <summary>Their bytes.</summary>
    public required long BytesInMemory { get; init; }

    /// <summary>Bytes allocated to make the sampler and to plan the pass.</summary>
    public required long SamplerBytes { get; init; }

    /// <summary>The turn, of the pass's order, that <see cref="ResumeMilliseconds"/> is about.</summary>
    public required long ResumeTurn { get; init; }

    /// <summary>Time to make the sampler and to find the window that holds the middle turn of the pass, without reading.</summary>
    public required double ResumeMilliseconds { get; init; }

    /// <summary>Time of the whole pass.</summary>
    public required double Seconds { get; init; }
}
