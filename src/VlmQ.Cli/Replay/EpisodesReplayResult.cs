using System.Collections.Immutable;
using VlmQ.Collection;
using VlmQ.Datasets.Inspection;

namespace VlmQ.Cli.Replay;

/// <summary>How a dataset's episodes came out when they were stepped again.</summary>
/// <param name="Dataset">The dataset's folder.</param>
/// <param name="Episodes">Episodes stepped again.</param>
/// <param name="Turns">Their turns.</param>
/// <param name="Differing">Episodes that came out otherwise.</param>
/// <param name="Replies">How many of the recorded replies named an action, and what was wrong with the others.</param>
/// <param name="Differences">The first differing episodes, each with its first difference.</param>
internal sealed record EpisodesReplayResult(
    string Dataset,
    long Episodes,
    long Turns,
    long Differing,
    ImmutableArray<ReplyGroup> Replies,
    ImmutableArray<EpisodeDifference> Differences
);

/// <summary>An episode that came out otherwise.</summary>
/// <param name="Episode">Its id.</param>
/// <param name="First">Its first difference.</param>
internal sealed record EpisodeDifference(string Episode, ReplayDifference First);
