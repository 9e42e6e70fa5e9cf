namespace VlmQ.Core.Episodes;

/// <summary>One turn: what was seen, said and earned.</summary>
public sealed record Turn
{
    /// <param name="observation">What the agent saw.</param>
    /// <param name="reply">What it answered.</param>
    /// <param name="action">The environment's own text of the action; null where the reply did not parse.</param>
    /// <param name="reward">The environment's reward, or the penalty where the reply did not parse; finite.</param>
    /// <param name="terminated">The environment ended in this turn: nothing follows that could be worth anything.</param>
    /// <param name="truncated">The episode was cut after this turn: its value goes on, in the final observation.</param>
    /// <param name="info">The environment's info before the action, a JSON object.</param>
    /// <exception cref="ArgumentException">The reward is not finite.</exception>
    public Turn(Observation observation, Reply reply, string? action, float reward, bool terminated, bool truncated, string info = "{}")
    {
        if (!float.IsFinite(reward))
        {
            throw new ArgumentException($"A reward must be finite; it is {reward}.", nameof(reward));
        }
        Observation = observation;
        Reply = reply;
        Action = action;
        Reward = reward;
        Terminated = terminated;
        Truncated = truncated;
        Info = info;
    }

    /// <summary>What the agent saw.</summary>
    public Observation Observation { get; }

    /// <summary>What it answered.</summary>
    public Reply Reply { get; }

    /// <summary>The environment's own text of the action; null where the reply did not parse.</summary>
    public string? Action { get; }

    /// <summary>The environment's reward, or the penalty where the reply did not parse.</summary>
    public float Reward { get; }

    /// <summary>The environment ended in this turn.</summary>
    public bool Terminated { get; }

    /// <summary>The episode was cut after this turn.</summary>
    public bool Truncated { get; }

    /// <summary>The environment's info before the action, a JSON object.</summary>
    public string Info { get; }
}
