namespace VlmQ.Dataflow;

/// <summary>Makes sinks.</summary>
public static class Sink
{
    /// <summary>A sink that consumes the stream as a whole; returning early stops the stages before it without a fault.</summary>
    public static Sink<T> From<T>(Func<IAsyncEnumerable<T>, CancellationToken, Task> consume, string name = "sink") => new(consume, name);

    /// <summary>A sink that acts on one item after the other.</summary>
    public static Sink<T> ForEach<T>(Action<T> action, string name = "sink") =>
        ForEach<T>(
            (item, _) =>
            {
                action(item);
                return ValueTask.CompletedTask;
            },
            name
        );

    /// <summary>A sink that acts on one item after the other, asynchronously.</summary>
    public static Sink<T> ForEach<T>(Func<T, CancellationToken, ValueTask> action, string name = "sink") =>
        From<T>(
            async (items, token) =>
            {
                await foreach (T item in items.ConfigureAwait(false))
                {
                    await action(item, token).ConfigureAwait(false);
                }
            },
            name
        );
}
