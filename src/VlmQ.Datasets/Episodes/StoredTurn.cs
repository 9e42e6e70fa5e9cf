using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Episodes;

/// <summary>A <see cref="Turn"/> whose picture is still a PNG or JPEG file.</summary>
public sealed record StoredTurn
{
    /// <inheritdoc cref="Turn(Observation, Reply, string?, float, bool, bool, string)"/>
    public StoredTurn(
        StoredObservation observation,
        Reply reply,
        string? action,
        float reward,
        bool terminated,
        bool truncated,
        string info = "{}"
    )
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
    public StoredObservation Observation { get; }

    /// <inheritdoc cref="Turn.Reply"/>
    public Reply Reply { get; }

    /// <inheritdoc cref="Turn.Action"/>
    public string? Action { get; }

    /// <inheritdoc cref="Turn.Reward"/>
    public float Reward { get; }

    /// <inheritdoc cref="Turn.Terminated"/>
    public bool Terminated { get; }

    /// <inheritdoc cref="Turn.Truncated"/>
    public bool Truncated { get; }

    /// <inheritdoc cref="Turn.Info"/>
    public string Info { get; }
}
