using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Reading;

/// <summary>An episode as read, or why it cannot be.</summary>
/// <param name="Id">Its id; empty where even that is missing.</param>
/// <param name="Episode">The episode, or the fault of its first bad row.</param>
/// <typeparam name="TEpisode">A whole episode in memory.</typeparam>
public readonly record struct ReadEpisode<TEpisode>(string Id, Result<TEpisode> Episode);
