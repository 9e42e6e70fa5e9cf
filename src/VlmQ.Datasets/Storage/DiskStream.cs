namespace VlmQ.Datasets.Storage;

/// <summary>
/// A file that is read by the thread that asks. Most of it is in the system's memory already: another thread to read it would cost more
/// than the reading, and as asynchronous readers go on wherever they are woken, every thread would keep their buffers.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="bufferBytes">What is read at once where less is asked for.</param>
/// <exception cref="IOException">It cannot be opened.</exception>
internal sealed class DiskStream(string path, int bufferBytes)
    : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferBytes)
{
    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken)
            : ValueTask.FromResult(Read(buffer.Span));
}
