using System.Collections.Immutable;

namespace VlmQ.Core.Episodes;

/// <summary>A whole episode: turns in order, ended by exactly one terminated or truncated turn.</summary>
public sealed record Episode
{
    /// <param name="id">Unique in a dataset.</param>
    /// <param name="environment">The environment's id, for example <c>gym_cards/NumberLine-v0</c>.</param>
    /// <param name="seed">What the environment was reset with.</param>
    /// <param name="policy">The name of the policy that replied.</param>
    /// <param name="turns">At least one; only the last is terminated or truncated, and it is.</param>
    /// <param name="finalObservation">What a truncated episode ended on, so that its value can be bootstrapped; null otherwise.</param>
    /// <param name="success">The environment's own verdict; null where it has none.</param>
    /// <exception cref="ArgumentException">The turns do not make an episode.</exception>
    public Episode(
        string id,
        string environment,
        long seed,
        string policy,
        ImmutableArray<Turn> turns,
        Observation? finalObservation,
        bool? success
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentException.ThrowIfNullOrEmpty(environment);
        if (turns.IsDefaultOrEmpty)
        {
            throw new ArgumentException("An episode has at least one turn.", nameof(turns));
        }
        for (int i = 0; i < turns.Length; i++)
        {
            if ((turns[i].Terminated || turns[i].Truncated) != (i == turns.Length - 1))
            {
                throw new ArgumentException($"Turn {i} of {turns.Length}: the last turn, and no other, ends the episode.", nameof(turns));
            }
        }
        bool bootstraps = turns[^1] is { Truncated: true, Terminated: false };
        if (bootstraps != finalObservation is not null)
        {
            throw new ArgumentException("A truncated episode, and no other, carries its final observation.", nameof(finalObservation));
        }
        Id = id;
        Environment = environment;
        Seed = seed;
        Policy = policy;
        Turns = turns;
        FinalObservation = finalObservation;
        Success = success;
    }

    /// <summary>Unique in a dataset.</summary>
    public string Id { get; }

    /// <summary>The environment's id.</summary>
    public string Environment { get; }

    /// <summary>What the environment was reset with.</summary>
    public long Seed { get; }

    /// <summary>The name of the policy that replied.</summary>
    public string Policy { get; }

    /// <summary>The turns, in order.</summary>
    public ImmutableArray<Turn> Turns { get; }

    /// <summary>What a truncated episode ended on; null for a terminated one.</summary>
    public Observation? FinalObservation { get; }

    /// <summary>The environment's own verdict.</summary>
    public bool? Success { get; }

    /// <summary>How it ended; where the environment has no verdict, it did not succeed.</summary>
    public EpisodeEnding Ending =>
        Success == true ? EpisodeEnding.Succeeded
        : Turns[^1].Terminated ? EpisodeEnding.Failed
        : EpisodeEnding.Truncated;

    /// <summary>The undiscounted sum of rewards.</summary>
    public float Return
    {
        get
        {
            float sum = 0;
            foreach (Turn turn in Turns)
            {
                sum += turn.Reward;
            }
            return sum;
        }
    }
}
