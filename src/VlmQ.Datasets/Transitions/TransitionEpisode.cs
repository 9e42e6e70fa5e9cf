using System.Collections.Immutable;
using VlmQ.Core.Tokens;

namespace VlmQ.Datasets.Transitions;

/// <summary>
/// All transitions of one episode, in turn order, ended by a terminated turn or by a truncated one and its final observation.
/// </summary>
public sealed record TransitionEpisode
{
    /// <param name="rows">At least one; of one episode, turns 0, 1, 2, …</param>
    /// <exception cref="ArgumentException">The rows do not make an episode.</exception>
    public TransitionEpisode(ImmutableArray<StoredTransition> rows)
    {
        if (rows.IsDefaultOrEmpty)
        {
            throw new ArgumentException("An episode has at least one turn.", nameof(rows));
        }
        int turns = rows.Length - (rows[^1].Transition.IsFinalObservation ? 1 : 0);
        for (int i = 0; i < rows.Length; i++)
        {
            Check(rows[i].Transition, i, turns, rows[0].Transition.EpisodeId);
        }
        bool bootstraps = turns > 0 && rows[turns - 1].Transition is { Truncated: true, Terminated: false };
        if (bootstraps != turns < rows.Length)
        {
            throw new ArgumentException("A truncated episode, and no other, ends with its final observation.", nameof(rows));
        }
        Rows = rows;
        Turns = turns;
    }

    /// <summary>The rows, the final observation last.</summary>
    public ImmutableArray<StoredTransition> Rows { get; }

    /// <summary>Rows with a reply.</summary>
    public int Turns { get; }

    /// <summary>The episode.</summary>
    public string Id => Rows[0].Transition.EpisodeId;

    private static void Check(Transition row, int index, int turns, string id)
    {
        if (row.EpisodeId != id || row.Turn != index)
        {
            throw new ArgumentException($"Row {index} is turn {row.Turn} of '{row.EpisodeId}'; it must be turn {index} of '{id}'.");
        }
        if (index < turns && row.IsFinalObservation)
        {
            throw new ArgumentException($"Turn {index}: only the last row has no reply.");
        }
        if (index < turns && (row.Terminated || row.Truncated) != (index == turns - 1))
        {
            throw new ArgumentException($"Turn {index} of {turns}: the last turn, and no other, ends the episode.");
        }
    }
}
