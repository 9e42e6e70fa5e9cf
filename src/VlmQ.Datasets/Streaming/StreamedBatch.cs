using System.Buffers;
using VlmQ.Core.Sampling;
using VlmQ.Core.Tokens;

namespace VlmQ.Datasets.Streaming;

/// <summary>A batch and its place in the order.</summary>
/// <param name="Batch">The rows.</param>
/// <param name="Position">Where the batch begins.</param>
/// <param name="Next">Where the next one begins: a stream that is read from here goes on as if it had never stopped.</param>
public sealed record StreamedBatch(TurnBatch Batch, SamplerPosition Position, SamplerPosition Next) : IDisposable
{
    private int _disposed;

    /// <summary>
    /// Gives the pictures' memory back; the batch must not be used afterwards. Leaving it out costs memory traffic, no more.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            ArrayPool<byte>.Shared.Return(Batch.Images);
        }
    }
}
