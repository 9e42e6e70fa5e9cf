namespace VlmQ.Datasets.Streaming;

/// <summary>A batch of a mix.</summary>
/// <param name="Streamed">The batch, with its place in its own dataset.</param>
/// <param name="Source">The dataset that it is from, by position in the mix.</param>
/// <param name="Next">Where the mix goes on after it.</param>
public sealed record MixedBatch(StreamedBatch Streamed, int Source, MixPosition Next) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Streamed.Dispose();
}
