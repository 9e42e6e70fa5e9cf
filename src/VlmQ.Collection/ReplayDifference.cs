namespace VlmQ.Collection;

/// <summary>The first place where an episode, stepped again, is not what was recorded.</summary>
/// <param name="Turn">The turn, from 0; the number of turns stands for the final observation and the verdict.</param>
/// <param name="Column">The column of the dataset.</param>
/// <param name="Recorded">What the episode says.</param>
/// <param name="Replayed">What the environment does.</param>
public sealed record ReplayDifference(int Turn, string Column, string Recorded, string Replayed);
