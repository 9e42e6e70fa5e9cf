namespace VlmQ.Core.Episodes;

/// <summary>How an episode ended.</summary>
public enum EpisodeEnding
{
    /// <summary>The environment calls it a success.</summary>
    Succeeded,

    /// <summary>The environment ended it, and it is no success.</summary>
    Failed,

    /// <summary>It was cut, and is no success.</summary>
    Truncated,
}
