using System.Collections.Immutable;

namespace VlmQ.Core.Sampling;

/// <summary>A row group of a block, with the number of turns of each of its episodes.</summary>
internal readonly record struct GroupOfRows
{
    public GroupOfRows(int part, int group, long firstEpisode, ImmutableArray<int> turns)
    {
        Part = part;
        Group = group;
        FirstEpisode = firstEpisode;
        Turns = turns;
        foreach (int length in turns)
        {
            SumOfTurns += length >= 1 ? length : throw new ArgumentException("An episode has at least one turn.", nameof(turns));
        }
    }

    public int Part { get; }

    public int Group { get; }

    public long FirstEpisode { get; }

    public ImmutableArray<int> Turns { get; }

    public long SumOfTurns { get; }
}
