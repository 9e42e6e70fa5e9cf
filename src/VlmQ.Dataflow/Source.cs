using System.Threading.Channels;
using VlmQ.Dataflow.Running;

namespace VlmQ.Dataflow;

/// <summary>
/// Makes sources. A flow reads left to right, in the order data flows:
/// <c>Source.From(parts).Expand(ReadRows).ParallelMap(2, Decode).Batch(32).To(sink).RunAsync(token)</c>.
/// </summary>
public static class Source
{
    /// <summary>Items that wait behind a stage where nothing else is said.</summary>
    public const int DefaultCapacity = 16;

    /// <summary>The items of a sequence; it is enumerated once a run, on the thread pool.</summary>
    /// <param name="items">The sequence.</param>
    /// <param name="name">The name that progress shows.</param>
    /// <param name="capacity">Items that may wait, at least 1.</param>
    public static Source<T> From<T>(IEnumerable<T> items, string name = "source", int capacity = DefaultCapacity) =>
        Filled<T>(
            name,
            capacity,
            async (writer, counter, token) =>
            {
                foreach (T item in items)
                {
                    await writer.WriteAsync(item, token).ConfigureAwait(false);
                    counter.Out();
                }
            }
        );

    /// <summary>The items of an asynchronous sequence; it is enumerated once a run and told when to stop.</summary>
    /// <param name="items">The sequence.</param>
    /// <param name="name">The name that progress shows.</param>
    /// <param name="capacity">Items that may wait, at least 1.</param>
    public static Source<T> From<T>(IAsyncEnumerable<T> items, string name = "source", int capacity = DefaultCapacity) =>
        Filled<T>(
            name,
            capacity,
            async (writer, counter, token) =>
            {
                await foreach (T item in items.WithCancellation(token).ConfigureAwait(false))
                {
                    await writer.WriteAsync(item, token).ConfigureAwait(false);
                    counter.Out();
                }
            }
        );

    /// <summary>
    /// Fan-in as items arrive: each source's own order is kept, the order between sources is not fixed. Where the output must be a
    /// function of the input alone, use <see cref="Interleave{T}"/>.
    /// </summary>
    public static Source<T> Merge<T>(IReadOnlyList<Source<T>> sources, string name = "merge", int capacity = DefaultCapacity) =>
        Joined(
            sources,
            name,
            capacity,
            (scope, readers, output, counter) =>
            {
                int running = readers.Length;
                foreach (ChannelReader<T> reader in readers)
                {
                    scope.Start(
                        async token =>
                        {
                            await foreach (T item in reader.ReadAllAsync(token).ConfigureAwait(false))
                            {
                                counter.In();
                                await output.Writer.WriteAsync(item, token).ConfigureAwait(false);
                                counter.Out();
                            }
                        },
                        end =>
                        {
                            if (Interlocked.Decrement(ref running) == 0 || end is not null)
                            {
                                output.Writer.TryComplete(end);
                            }
                        }
                    );
                }
            }
        );

    /// <summary>Fan-in by turns: one item of each source, again and again, leaving out those that have ended. The order is fixed.</summary>
    public static Source<T> Interleave<T>(IReadOnlyList<Source<T>> sources, string name = "interleave", int capacity = DefaultCapacity) =>
        Joined(
            sources,
            name,
            capacity,
            (scope, readers, output, counter) =>
                scope.Start(
                    output,
                    async token =>
                    {
                        List<ChannelReader<T>> open = [.. readers];
                        while (open.Count > 0)
                        {
                            for (int i = 0; i < open.Count; i++)
                            {
                                if (!await open[i].WaitToReadAsync(token).ConfigureAwait(false) || !open[i].TryRead(out T? item))
                                {
                                    open.RemoveAt(i--);
                                    continue;
                                }
                                counter.In();
                                await output.Writer.WriteAsync(item, token).ConfigureAwait(false);
                                counter.Out();
                            }
                        }
                    }
                )
        );

    private static Source<T> Filled<T>(string name, int capacity, Func<ChannelWriter<T>, StageCounter, CancellationToken, Task> fill)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        return new Source<T>(scope =>
        {
            Channel<T> output = FlowScope.Bounded<T>(capacity);
            StageCounter counter = scope.Counter(name);
            scope.Start(output, token => fill(output.Writer, counter, token));
            return output.Reader;
        });
    }

    private static Source<T> Joined<T>(
        IReadOnlyList<Source<T>> sources,
        string name,
        int capacity,
        Action<FlowScope, ChannelReader<T>[], Channel<T>, StageCounter> join
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfZero(sources.Count);
        Source<T>[] parts = [.. sources];
        return new Source<T>(scope =>
        {
            ChannelReader<T>[] readers = [.. parts.Select(part => part.Open(scope))];
            Channel<T> output = FlowScope.Bounded<T>(capacity, singleWriter: false);
            join(scope, readers, output, scope.Counter(name));
            return output.Reader;
        });
    }
}
