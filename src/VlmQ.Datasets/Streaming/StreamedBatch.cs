using System.Buffers;
using VlmQ.Core.Tokens;

namespace VlmQ.Datasets.Streaming;

/// <summary>A batch and its place in the order.</summary>
/// <param name="Batch">The rows.</param>
/// <param name="Position">Where the step that the batch belongs to begins; the same for all ranks.</param>
/// <param name="Next">
/// Where the next step begins, the same for all ranks: streams that are read from here go on as if they had never stopped, whether the
/// trainers are as many as before or not.
/// </param>
public sealed record StreamedBatch(TurnBatch Batch, StreamPosition Position, StreamPosition Next) : IDisposable
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
