using System.Collections.Immutable;
using VlmQ.Core.Randomness;
using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming.Simulation;

/// <summary>Sizes of parts, and lengths of their episodes, which are made when they are asked for.</summary>
internal sealed class SimulatedDataset(SimulationOptions options)
{
    private int Pair => checked(2 * options.EpisodeTurns);

    /// <summary>The turn that a part begins with.</summary>
    public long FirstTurnOf(int part) => (long)((Int128)options.Turns * part / options.Parts);

    /// <summary>Turns of a part.</summary>
    public long TurnsOf(int part) => FirstTurnOf(part + 1) - FirstTurnOf(part);

    /// <summary>All parts' sizes.</summary>
    public ImmutableArray<PartSize> Sizes()
    {
        ImmutableArray<PartSize>.Builder sizes = ImmutableArray.CreateBuilder<PartSize>(options.Parts);
        for (int part = 0; part < options.Parts; part++)
        {
            long turns = TurnsOf(part);
            sizes.Add(new PartSize(turns, (2 * (turns / Pair)) + (turns % Pair == 0 ? 0 : 1)));
        }
        return sizes.MoveToImmutable();
    }

    /// <summary>For each row group of a part, the number of turns of each episode.</summary>
    public ImmutableArray<ImmutableArray<int>> LengthsOf(int part)
    {
        // Two episodes together have twice the average, so that a part's episodes can be counted without drawing their lengths.
        long turns = TurnsOf(part);
        RandomCursor draws = RandomKey.Of(options.Stream.Seed, "simulation.episodes", part).Cursor();
        ImmutableArray<ImmutableArray<int>>.Builder groups = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        ImmutableArray<int>.Builder group = ImmutableArray.CreateBuilder<int>();
        int inGroup = 0;
        while (turns > 0)
        {
            int first = turns >= Pair ? 1 + draws.NextIndex(Pair - 1) : (int)turns;
            Add(first);
            if (turns >= Pair)
            {
                Add(Pair - first);
            }
            turns -= Math.Min(turns, Pair);
        }
        if (inGroup > 0)
        {
            groups.Add(group.ToImmutable());
        }
        return groups.ToImmutable();

        void Add(int length)
        {
            group.Add(length);
            inGroup += length;
            if (inGroup >= options.GroupTurns)
            {
                groups.Add(group.ToImmutable());
                group.Clear();
                inGroup = 0;
            }
        }
    }
}
