using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming;

/// <summary>Where a stream stands in one of its datasets.</summary>
/// <param name="Order">The place in the dataset's own order.</param>
/// <param name="Taken">Windows of it that were taken, in all passes.</param>
/// <param name="Parts">Parts that the pass is over, the dataset's first ones; 0 before anything was taken.</param>
/// <param name="Digest">The digest of those parts' content, by which another dataset is told; empty before anything was taken.</param>
public sealed record SourcePosition(SamplerPosition Order, long Taken, int Parts, string Digest)
{
    /// <summary>The beginning.</summary>
    public static SourcePosition Start { get; } = new(SamplerPosition.Start, 0, 0, "");
}
