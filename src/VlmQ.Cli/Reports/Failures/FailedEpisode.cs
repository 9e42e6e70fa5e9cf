using System.Collections.Immutable;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Reports.Failures;

/// <summary>An episode that did not succeed, as a page shows it.</summary>
/// <param name="Rank">Where it stands among the others.</param>
/// <param name="Seed">What the environment was reset with; where every start is played once, the start's number.</param>
/// <param name="GoalType">The kind of task.</param>
/// <param name="Goal">The task in words.</param>
/// <param name="Prompt">The prompt of its first turn.</param>
/// <param name="Ending">How it ended.</param>
/// <param name="Turns">The turns that are shown: the first ones and the last ones.</param>
/// <param name="LastPicture">What was seen when it was cut, a PNG file; null where the environment ended it.</param>
internal sealed record FailedEpisode(
    FailureRank Rank,
    long Seed,
    string GoalType,
    string Goal,
    string Prompt,
    EpisodeEnding Ending,
    ImmutableArray<FailedTurn> Turns,
    byte[]? LastPicture
);
