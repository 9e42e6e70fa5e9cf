using System.Collections.Immutable;
using VlmQ.Core.Randomness;

namespace VlmQ.Core.Sampling;

/// <summary>
/// The order in which a dataset is trained on: a pure function of the sizes of its parts, the seed and the epoch, whoever reads it. Each
/// pass takes every turn once. Parts are shuffled and taken in blocks of whole parts; the row groups of a block are shuffled and taken in
/// slices that fit in memory; inside a slice windows are shuffled together. So a part is needed in one stretch of a pass alone, and
/// the order of a block is known from the lengths of its own episodes: the sampler keeps nothing but the parts' sizes. Episodes longer
/// than a window are cut at places that differ from pass to pass.
/// </summary>
/// <remarks>
/// A dataset of less than two slices is shuffled as a whole. In a larger one the windows of a slice, in the order in which the dataset
/// holds them, are divided into <see cref="WindowSlice.Lanes"/> of equal size; each is shuffled, and the order takes one window of each lane in turn,
/// lanes that are far apart one after the other. So any run of 2ᵏ windows is spread evenly over the slice, and a <see cref="Share"/> of
/// every step that is dealt by place in the dataset is from about the same row groups all along the slice.
/// </remarks>
public sealed class WindowSampler
{
    private readonly ImmutableArray<PartSize> _parts;
    private readonly ImmutableArray<long> _firstEpisode;
    private readonly bool _large;
    private readonly long _shuffleTurns;
    private readonly int _mixedParts;
    private readonly long _seed;

    /// <param name="parts">The parts' sizes, in the order of the dataset; at least one.</param>
    /// <param name="windowTurns">Turns of a window, at least 1.</param>
    /// <param name="shuffleTurns">
    /// Turns that are shuffled together, at least 1: a slice has fewer than twice as many, or less than a row group more. A block closes
    /// when it has so many turns and <paramref name="mixedParts"/> parts.
    /// </param>
    /// <param name="mixedParts">Parts whose row groups are mixed, at least 1: more mix better, and so many are open at once.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">There is nothing to take, or a size is out of range.</exception>
    public WindowSampler(ImmutableArray<PartSize> parts, int windowTurns, long shuffleTurns, int mixedParts, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowTurns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(shuffleTurns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(mixedParts, 1);
        if (parts.IsDefaultOrEmpty)
        {
            throw new ArgumentException("There is nothing to take from.", nameof(parts));
        }
        ImmutableArray<long>.Builder firstEpisode = ImmutableArray.CreateBuilder<long>(parts.Length);
        long episodes = 0;
        long turns = 0;
        foreach (PartSize part in parts)
        {
            firstEpisode.Add(episodes);
            episodes = checked(episodes + part.Episodes);
            turns = checked(turns + part.Turns);
        }
        _parts = parts;
        _firstEpisode = firstEpisode.MoveToImmutable();
        WindowTurns = windowTurns;
        _shuffleTurns = shuffleTurns;
        _large = turns / 2 >= shuffleTurns;
        _mixedParts = mixedParts;
        _seed = seed;
    }

    /// <summary>Turns of a window.</summary>
    public int WindowTurns { get; }

    /// <summary>The blocks of a pass, in order; each lists its parts, the least first.</summary>
    public ImmutableArray<ImmutableArray<int>> Blocks(int epoch)
    {
        int[] parts = new int[_parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = i;
        }
        RandomKey.Of(_seed, "sampler.parts", epoch).Cursor().Shuffle<int>(parts);
        ImmutableArray<ImmutableArray<int>>.Builder blocks = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        int first = 0;
        long turns = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            turns += _parts[parts[i]].Turns;
            if ((turns >= _shuffleTurns && i + 1 - first >= _mixedParts) || i == parts.Length - 1)
            {
                Span<int> block = parts.AsSpan(first, i + 1 - first);
                block.Sort();
                blocks.Add([.. block]);
                first = i + 1;
                turns = 0;
            }
        }
        return blocks.ToImmutable();
    }

    /// <summary>
    /// The slices of a block, in the order in which they are taken: once a slice is taken, its row groups are not needed any more in this
    /// pass.
    /// </summary>
    /// <param name="epoch">The pass.</param>
    /// <param name="block">The block's position in <see cref="Blocks"/>.</param>
    /// <param name="parts">The block's parts.</param>
    /// <param name="turns">For each part of the block, for each of its row groups, the number of turns of each episode.</param>
    /// <exception cref="ArgumentException">The lengths are not those of the parts.</exception>
    public ImmutableArray<WindowSlice> Slices(
        int epoch,
        int block,
        ImmutableArray<int> parts,
        ImmutableArray<ImmutableArray<ImmutableArray<int>>> turns
    )
    {
        GroupOfRows[] groups = GroupsOf(parts, turns);
        // The first block's keys have no block in them: a dataset of one block keeps the order that it has always had.
        RandomKey mixed = RandomKey.Of(_seed, "sampler.groups", epoch);
        (block == 0 ? mixed : mixed.Split("block", block)).Cursor().Shuffle<GroupOfRows>(groups);
        long all = 0;
        foreach (GroupOfRows group in groups)
        {
            all += group.SumOfTurns;
        }
        long count = Math.Max(1, all / _shuffleTurns);
        RandomKey cuts = RandomKey.Of(_seed, "sampler.cuts", epoch);
        RandomKey order = RandomKey.Of(_seed, "sampler.windows", epoch).Split("block", block);
        ImmutableArray<WindowSlice>.Builder slices = ImmutableArray.CreateBuilder<WindowSlice>();
        int first = 0;
        long before = 0;
        long sum = 0;
        for (int i = 0; i < groups.Length; i++)
        {
            sum += groups[i].SumOfTurns;
            // Slices of equal size: a short one at the end would be shuffled badly.
            if (i == groups.Length - 1 || (Int128)sum * count >= (Int128)all * (slices.Count + 1))
            {
                RandomKey key = slices.Count == 0 ? order : order.Split("slice", slices.Count);
                slices.Add(new WindowSlice(groups[first..(i + 1)], sum - before, WindowTurns, cuts, key, inLanes: _large));
                first = i + 1;
                before = sum;
            }
        }
        return slices.ToImmutable();
    }

    private GroupOfRows[] GroupsOf(ImmutableArray<int> parts, ImmutableArray<ImmutableArray<ImmutableArray<int>>> turns)
    {
        List<GroupOfRows> groups = [];
        for (int i = 0; i < parts.Length; i++)
        {
            long episode = _firstEpisode[parts[i]];
            long sum = 0;
            for (int group = 0; group < turns[i].Length; group++)
            {
                GroupOfRows rows = new(parts[i], group, episode, turns[i][group]);
                groups.Add(rows);
                episode += rows.Turns.Length;
                sum += rows.SumOfTurns;
            }
            if (sum != _parts[parts[i]].Turns || episode - _firstEpisode[parts[i]] != _parts[parts[i]].Episodes)
            {
                throw new ArgumentException($"The lengths are not those of part {parts[i]}.", nameof(turns));
            }
        }
        return [.. groups];
    }
}
