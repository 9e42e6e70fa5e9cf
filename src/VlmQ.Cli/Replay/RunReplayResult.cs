using System.Collections.Immutable;

namespace VlmQ.Cli.Replay;

/// <summary>How a run came out when it was done again.</summary>
/// <param name="Run">The run's folder.</param>
/// <param name="Replay">The folder of the run that was done again.</param>
/// <param name="Compared">Outputs compared: datasets, models, metrics, the table.</param>
/// <param name="Differences">Outputs that are not the same.</param>
/// <param name="Causes">Versions, machine and inputs that are not the same; rounding follows from the machine.</param>
internal sealed record RunReplayResult(
    string Run,
    string Replay,
    int Compared,
    ImmutableArray<OutputDifference> Differences,
    ImmutableArray<string> Causes
);

/// <summary>An output that is not the same.</summary>
/// <param name="Output">Its name in the run's folder, with the line where it has lines.</param>
/// <param name="Recorded">Its digest, or what differs.</param>
/// <param name="Replayed">The digest of the new one; empty where the difference says both.</param>
internal sealed record OutputDifference(string Output, string Recorded, string Replayed);
