using System.Collections.Immutable;
using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming;

/// <summary>A place in a mix of datasets, from which it can go on, with as many trainers as before or not.</summary>
/// <param name="Positions">Where each dataset's own order stands.</param>
/// <param name="Taken">Steps that each dataset has had.</param>
public sealed record MixPosition(ImmutableArray<SamplerPosition> Positions, ImmutableArray<long> Taken)
{
    /// <summary>The beginning of a mix of so many datasets.</summary>
    public static MixPosition StartOf(int datasets) =>
        new([.. Enumerable.Repeat(SamplerPosition.Start, datasets)], [.. Enumerable.Repeat(0L, datasets)]);
}
