using System.Collections.Immutable;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Episodes;

/// <summary>An <see cref="Episode"/> as a dataset holds it: its pictures are still PNG or JPEG files. Held to the same rules.</summary>
public sealed record StoredEpisode
{
    /// <inheritdoc cref="Episode(string, string, long, string, ImmutableArray{Turn}, Observation?, bool?)"/>
    public StoredEpisode(
        string id,
        string environment,
        long seed,
        string policy,
        ImmutableArray<StoredTurn> turns,
        StoredObservation? finalObservation,
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
        if (turns[^1] is { Truncated: true, Terminated: false } != finalObservation is not null)
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

    /// <inheritdoc cref="Episode.Id"/>
    public string Id { get; }

    /// <inheritdoc cref="Episode.Environment"/>
    public string Environment { get; }

    /// <inheritdoc cref="Episode.Seed"/>
    public long Seed { get; }

    /// <inheritdoc cref="Episode.Policy"/>
    public string Policy { get; }

    /// <summary>The turns, in order.</summary>
    public ImmutableArray<StoredTurn> Turns { get; }

    /// <summary>What a truncated episode ended on; null for a terminated one.</summary>
    public StoredObservation? FinalObservation { get; }

    /// <inheritdoc cref="Episode.Success"/>
    public bool? Success { get; }

    /// <summary>Rows in a dataset: one a turn, and one for the final observation.</summary>
    public int Rows => Turns.Length + (FinalObservation is null ? 0 : 1);
}
