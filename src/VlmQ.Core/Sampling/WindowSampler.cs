using System.Collections.Immutable;
using VlmQ.Core.Randomness;

namespace VlmQ.Core.Sampling;

/// <summary>
/// The order in which a dataset is trained on: a pure function of its sizes, the seed and the epoch. Each pass takes every turn once.
/// Groups of rows (what is read from disk at once) are shuffled and taken in blocks that fit in memory; inside a block all windows of
/// all its groups are shuffled together. Episodes longer than a window are cut at places that differ from pass to pass.
/// </summary>
public sealed class WindowSampler
{
    private readonly ImmutableArray<ImmutableArray<int>> _turns;
    private readonly ImmutableArray<long> _groupTurns;
    private readonly ImmutableArray<long> _firstEpisode;
    private readonly long _blockTurns;
    private readonly long _seed;

    /// <param name="turns">For each group of rows, the number of turns of each of its episodes; each at least 1.</param>
    /// <param name="windowTurns">Turns of a window, at least 1.</param>
    /// <param name="blockTurns">Turns that are shuffled together, at least 1; a block has at least one group.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">There is nothing to take, or a size is out of range.</exception>
    public WindowSampler(ImmutableArray<ImmutableArray<int>> turns, int windowTurns, long blockTurns, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowTurns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockTurns, 1);
        if (turns.IsDefaultOrEmpty)
        {
            throw new ArgumentException("There is nothing to take from.", nameof(turns));
        }
        ImmutableArray<long>.Builder groupTurns = ImmutableArray.CreateBuilder<long>(turns.Length);
        ImmutableArray<long>.Builder firstEpisode = ImmutableArray.CreateBuilder<long>(turns.Length);
        long episodes = 0;
        foreach (ImmutableArray<int> group in turns)
        {
            firstEpisode.Add(episodes);
            groupTurns.Add(SumOf(group));
            episodes += group.Length;
        }
        _turns = turns;
        _groupTurns = groupTurns.MoveToImmutable();
        _firstEpisode = firstEpisode.MoveToImmutable();
        WindowTurns = windowTurns;
        _blockTurns = blockTurns;
        _seed = seed;
    }

    /// <summary>Turns of a window.</summary>
    public int WindowTurns { get; }

    /// <summary>The blocks of a pass, in order; each lists its groups.</summary>
    public ImmutableArray<ImmutableArray<int>> Blocks(int epoch)
    {
        int[] groups = new int[_turns.Length];
        for (int i = 0; i < groups.Length; i++)
        {
            groups[i] = i;
        }
        RandomKey.Of(_seed, "sampler.groups", epoch).Cursor().Shuffle<int>(groups);
        ImmutableArray<ImmutableArray<int>>.Builder blocks = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        int first = 0;
        long turns = 0;
        for (int i = 0; i < groups.Length; i++)
        {
            turns += _groupTurns[groups[i]];
            if (turns >= _blockTurns || i == groups.Length - 1)
            {
                blocks.Add([.. groups.AsSpan(first, i + 1 - first)]);
                first = i + 1;
                turns = 0;
            }
        }
        return blocks.ToImmutable();
    }

    /// <summary>The windows of a block, in the order in which they are taken.</summary>
    /// <param name="epoch">The pass.</param>
    /// <param name="block">The block's position in <see cref="Blocks"/>.</param>
    /// <param name="groups">The block's groups.</param>
    public ImmutableArray<Window> Windows(int epoch, int block, ImmutableArray<int> groups)
    {
        Window[] windows = new Window[Count(epoch, groups)];
        RandomKey cuts = CutKey(epoch);
        int count = 0;
        foreach (int group in groups)
        {
            ImmutableArray<int> episodes = _turns[group];
            for (int episode = 0; episode < episodes.Length; episode++)
            {
                int start = 0;
                int end = FirstCut(cuts, _firstEpisode[group] + episode, episodes[episode]);
                while (start < episodes[episode])
                {
                    windows[count++] = new Window(group, episode, start, end - start);
                    start = end;
                    end = Math.Min(episodes[episode], start + WindowTurns);
                }
            }
        }
        RandomKey.Of(_seed, "sampler.windows", epoch).Split("block", block).Cursor().Shuffle<Window>(windows);
        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(windows);
    }

    /// <summary>The number of windows that a pass cuts some groups' episodes into.</summary>
    public int Count(int epoch, ImmutableArray<int> groups)
    {
        RandomKey cuts = CutKey(epoch);
        int count = 0;
        foreach (int group in groups)
        {
            ImmutableArray<int> episodes = _turns[group];
            for (int episode = 0; episode < episodes.Length; episode++)
            {
                int rest = episodes[episode] - FirstCut(cuts, _firstEpisode[group] + episode, episodes[episode]);
                count += 1 + ((rest + WindowTurns - 1) / WindowTurns);
            }
        }
        return count;
    }

    private static long SumOf(ImmutableArray<int> episodes)
    {
        if (episodes.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A group has at least one episode.", nameof(episodes));
        }
        long sum = 0;
        foreach (int turns in episodes)
        {
            sum += turns >= 1 ? turns : throw new ArgumentException("An episode has at least one turn.", nameof(episodes));
        }
        return sum;
    }

    private RandomKey CutKey(int epoch) => RandomKey.Of(_seed, "sampler.cuts", epoch);

    // Where the first window ends. An episode that fits in one window is never cut; a longer one is cut first after 1..W turns.
    private int FirstCut(RandomKey cuts, long episode, int turns) =>
        turns <= WindowTurns ? turns : 1 + cuts.IndexAt((ulong)episode, WindowTurns);
}
