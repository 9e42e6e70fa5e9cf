using System.Collections.Immutable;
using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming;

/// <summary>A slice of a block on the way through a dataset.</summary>
/// <param name="Epoch">The pass.</param>
/// <param name="Block">The block's position in the pass.</param>
/// <param name="Before">Windows of the block's slices before this one.</param>
/// <param name="Windows">The slice's windows, in order.</param>
/// <param name="First">The first of them that is to be taken; those before it were taken before the way began.</param>
internal readonly record struct WalkedSlice(int Epoch, int Block, long Before, ImmutableArray<Window> Windows, int First)
{
    /// <summary>The position after a window of the slice.</summary>
    public SamplerPosition After(int window) => new(Epoch, Before + window + 1, Block);
}
