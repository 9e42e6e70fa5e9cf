using System.Collections.Immutable;
using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming;

/// <summary>The way through a dataset's order: asks for the lengths of a block's episodes when the block's turn comes, not before.</summary>
internal static class WindowWalk
{
    /// <summary>The slices from a position on, without end; blocks before it are not asked for.</summary>
    /// <param name="samplerOf">The order of a pass; asked when the pass begins, or goes on from the position.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="turnsOf">The lengths of the episodes of a block's parts, as <see cref="WindowSampler.Slices"/> takes them.</param>
    public static async IAsyncEnumerable<WalkedSlice> SlicesAsync(
        Func<int, WindowSampler> samplerOf,
        SamplerPosition start,
        Func<ImmutableArray<int>, ValueTask<ImmutableArray<ImmutableArray<ImmutableArray<int>>>>> turnsOf
    )
    {
        int block = start.Block;
        long skip = start.Window;
        for (int epoch = start.Epoch; ; epoch = checked(epoch + 1), block = 0)
        {
            WindowSampler sampler = samplerOf(epoch);
            ImmutableArray<ImmutableArray<int>> blocks = sampler.Blocks(epoch);
            for (; block < blocks.Length; block++)
            {
                var turns = await turnsOf(blocks[block]).ConfigureAwait(false);
                long before = 0;
                foreach (WindowSlice slice in sampler.Slices(epoch, block, blocks[block], turns))
                {
                    if (skip > 0 && slice.Count() is var count && skip >= count)
                    {
                        skip -= count;
                        before += count;
                        continue;
                    }
                    ImmutableArray<Window> windows = slice.Windows();
                    yield return new WalkedSlice(epoch, block, before, windows, (int)skip);
                    skip = 0;
                    before += windows.Length;
                }
            }
        }
    }
}
