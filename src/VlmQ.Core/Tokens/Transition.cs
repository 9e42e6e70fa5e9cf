using System.Collections.Immutable;

namespace VlmQ.Core.Tokens;

/// <summary>
/// One turn as a given model would learn from it: token ids, a reward a reply token, and how the turn ended. The final observation
/// of a truncated episode is a transition of its own, without reply tokens.
/// </summary>
public sealed record Transition
{
    /// <param name="episodeId">The episode.</param>
    /// <param name="turn">Its turn, from 0.</param>
    /// <param name="promptIds">The prompt, with one placeholder where the image goes; not empty.</param>
    /// <param name="replyIds">The reply with its end token; empty only in a truncated episode's final row.</param>
    /// <param name="rewards">One a reply token; zero but at the last.</param>
    /// <param name="valid">The reply parsed to an action.</param>
    /// <param name="terminated">See <see cref="Episodes.Turn.Terminated"/>.</param>
    /// <param name="truncated">See <see cref="Episodes.Turn.Truncated"/>; true in the final row too.</param>
    /// <param name="returnToGo">Undiscounted sum of rewards from this turn on.</param>
    /// <param name="behaviorLogProbabilities">One a reply token, or default.</param>
    /// <exception cref="ArgumentException">The arrays do not fit together.</exception>
    public Transition(
        string episodeId,
        int turn,
        ImmutableArray<int> promptIds,
        ImmutableArray<int> replyIds,
        ImmutableArray<float> rewards,
        bool valid,
        bool terminated,
        bool truncated,
        float returnToGo,
        ImmutableArray<float> behaviorLogProbabilities = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(episodeId);
        ArgumentOutOfRangeException.ThrowIfNegative(turn);
        if (promptIds.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A prompt has at least one token.", nameof(promptIds));
        }
        if (replyIds.IsDefault || rewards.IsDefault || rewards.Length != replyIds.Length)
        {
            throw new ArgumentException("One reward a reply token.", nameof(rewards));
        }
        if (!behaviorLogProbabilities.IsDefault && behaviorLogProbabilities.Length != replyIds.Length)
        {
            throw new ArgumentException("One log-probability a reply token.", nameof(behaviorLogProbabilities));
        }
        if (replyIds.IsEmpty && (terminated || !truncated))
        {
            throw new ArgumentException("Only a truncated episode's final row has no reply.", nameof(replyIds));
        }
        EpisodeId = episodeId;
        Turn = turn;
        PromptIds = promptIds;
        ReplyIds = replyIds;
        Rewards = rewards;
        Valid = valid;
        Terminated = terminated;
        Truncated = truncated;
        ReturnToGo = returnToGo;
        BehaviorLogProbabilities = behaviorLogProbabilities;
    }

    /// <summary>The episode.</summary>
    public string EpisodeId { get; }

    /// <summary>The turn, from 0.</summary>
    public int Turn { get; }

    /// <summary>The prompt, with one placeholder where the image goes.</summary>
    public ImmutableArray<int> PromptIds { get; }

    /// <summary>The reply with its end token; empty in a final row.</summary>
    public ImmutableArray<int> ReplyIds { get; }

    /// <summary>One a reply token; zero but at the last.</summary>
    public ImmutableArray<float> Rewards { get; }

    /// <summary>The reply parsed to an action.</summary>
    public bool Valid { get; }

    /// <summary>The environment ended in this turn.</summary>
    public bool Terminated { get; }

    /// <summary>The episode was cut after this turn, or this is its final row.</summary>
    public bool Truncated { get; }

    /// <summary>Undiscounted sum of rewards from this turn on.</summary>
    public float ReturnToGo { get; }

    /// <summary>One a reply token, or default.</summary>
    public ImmutableArray<float> BehaviorLogProbabilities { get; }

    /// <summary>True for a truncated episode's final observation: it is bootstrapped from, never learned from.</summary>
    public bool IsFinalObservation => ReplyIds.IsEmpty;
}
