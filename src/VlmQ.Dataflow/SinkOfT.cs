using VlmQ.Dataflow.Running;

namespace VlmQ.Dataflow;

/// <summary>
/// The end of a flow. It is given the whole stream: when the stream ends normally every item has arrived; when it throws
/// <see cref="OperationCanceledException"/> the flow was stopped and what was half written is to be thrown away.
/// </summary>
public sealed class Sink<T>
{
    private readonly Func<IAsyncEnumerable<T>, CancellationToken, Task> _consume;

    internal Sink(Func<IAsyncEnumerable<T>, CancellationToken, Task> consume, string name)
    {
        _consume = consume;
        Name = name;
    }

    /// <summary>The name that progress and reports show.</summary>
    public string Name { get; }

    internal Task ConsumeAsync(IAsyncEnumerable<T> items, StageCounter counter, CancellationToken token) =>
        _consume(Counted(items, counter), token);

    private static async IAsyncEnumerable<T> Counted(IAsyncEnumerable<T> items, StageCounter counter)
    {
        await foreach (T item in items.ConfigureAwait(false))
        {
            counter.In();
            yield return item;
            counter.Out();
        }
    }
}
