using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using VlmQ.Core.Episodes;
using VlmQ.Dataflow.Running;

namespace VlmQ.Dataflow;

/// <summary>
/// A description of a stream and of the stages that make it; nothing runs before <see cref="Flow.RunAsync"/> or
/// <see cref="ReadAsync"/>, and it can run any number of times. Every stage ends in a bounded channel: a slow stage slows those
/// before it. A stage fails by returning a fault, by throwing a <see cref="FaultException"/>, or, if it has a bug, by any other
/// exception; the first failure stops all stages.
/// </summary>
/// <typeparam name="T">An item.</typeparam>
public sealed class Source<T>
{
    private readonly Func<FlowScope, ChannelReader<T>> _open;

    internal Source(Func<FlowScope, ChannelReader<T>> open) => _open = open;

    internal ChannelReader<T> Open(FlowScope scope) => _open(scope);

    /// <summary>Applies a piece of flow that is defined elsewhere.</summary>
    public Source<TOut> Through<TOut>(Stage<T, TOut> stage) => stage(this);

    /// <summary>Maps each item.</summary>
    /// <param name="map">The function.</param>
    /// <param name="name">The name that progress shows.</param>
    /// <param name="capacity">Items that may wait behind the stage, at least 1.</param>
    public Source<TOut> Map<TOut>(Func<T, TOut> map, string name = "map", int capacity = Source.DefaultCapacity) =>
        ParallelMap(1, map, name, capacity);

    /// <summary>Maps each item; a fault stops the flow. To go on without the item use <see cref="MapOrReject"/>.</summary>
    /// <inheritdoc cref="Map{TOut}(Func{T, TOut}, string, int)"/>
    public Source<TOut> Map<TOut>(Func<T, Result<TOut>> map, string name = "map", int capacity = Source.DefaultCapacity) =>
        ParallelMap(1, map, name, capacity);

    /// <summary>Maps several items at once; the output has the order of the input whatever the number of workers.</summary>
    /// <param name="workers">Items mapped at once, at least 1; at most twice as many are held.</param>
    /// <param name="map">The function; called concurrently.</param>
    /// <param name="name">The name that progress shows.</param>
    /// <param name="capacity">Items that may wait behind the stage, at least 1.</param>
    public Source<TOut> ParallelMap<TOut>(int workers, Func<T, TOut> map, string name = "map", int capacity = Source.DefaultCapacity) =>
        ParallelMapAsync(workers, (item, _) => new ValueTask<TOut>(map(item)), name, capacity);

    /// <summary>Maps several items at once, in order; a fault stops the flow.</summary>
    /// <inheritdoc cref="ParallelMap{TOut}(int, Func{T, TOut}, string, int)"/>
    public Source<TOut> ParallelMap<TOut>(
        int workers,
        Func<T, Result<TOut>> map,
        string name = "map",
        int capacity = Source.DefaultCapacity
    ) => ParallelMapAsync(workers, (item, _) => new ValueTask<TOut>(map(item).OrThrow()), name, capacity);

    /// <summary>Maps several items at once, in order, with an asynchronous function.</summary>
    /// <inheritdoc cref="ParallelMap{TOut}(int, Func{T, TOut}, string, int)"/>
    public Source<TOut> ParallelMapAsync<TOut>(
        int workers,
        Func<T, CancellationToken, ValueTask<TOut>> map,
        string name = "map",
        int capacity = Source.DefaultCapacity
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        return Staged<TOut>(
            name,
            capacity,
            (scope, input, output, counter) =>
                OrderedMap.Start(
                    scope,
                    input,
                    workers,
                    map,
                    async (value, token) =>
                    {
                        await output.Writer.WriteAsync(value, token).ConfigureAwait(false);
                        counter.Out();
                    },
                    counter,
                    end => output.Writer.TryComplete(end)
                )
        );
    }

    /// <summary>Maps items, in order; an item that cannot be used goes to a sink of its own with its fault, and the flow goes on.</summary>
    /// <param name="map">The function; called concurrently if there are several workers.</param>
    /// <param name="rejects">Gets the items that could not be used, in order.</param>
    /// <param name="workers">Items mapped at once, at least 1.</param>
    /// <param name="name">The name that progress shows.</param>
    /// <param name="capacity">Items that may wait behind the stage, at least 1.</param>
    public Source<TOut> MapOrReject<TOut>(
        Func<T, Result<TOut>> map,
        Sink<Rejected<T>> rejects,
        int workers = 1,
        string name = "map",
        int capacity = Source.DefaultCapacity
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        return Staged<TOut>(
            name,
            capacity,
            (scope, input, output, counter) =>
            {
                ChannelWriter<Rejected<T>> branch = scope.StartBranch(rejects, capacity);
                OrderedMap.Start(
                    scope,
                    input,
                    workers,
                    (item, _) => new ValueTask<(T Item, Result<TOut> Result)>((item, map(item))),
                    async (mapped, token) =>
                    {
                        if (mapped.Result is Result<TOut>.Failed failed)
                        {
                            counter.Rejected();
                            await OfferAsync(branch, new Rejected<T>(mapped.Item, failed.Fault), token).ConfigureAwait(false);
                        }
                        else
                        {
                            await output.Writer.WriteAsync(mapped.Result.OrThrow(), token).ConfigureAwait(false);
                            counter.Out();
                        }
                    },
                    counter,
                    end =>
                    {
                        branch.TryComplete(end);
                        output.Writer.TryComplete(end);
                    }
                );
            }
        );
    }

    /// <summary>Each item becomes any number of items.</summary>
    /// <param name="expand">The function; its sequence is enumerated lazily.</param>
    /// <param name="name">The name that progress shows.</param>
    /// <param name="capacity">Items that may wait behind the stage, at least 1.</param>
    public Source<TOut> Expand<TOut>(Func<T, IEnumerable<TOut>> expand, string name = "expand", int capacity = Source.DefaultCapacity) =>
        Looped<TOut>(
            name,
            capacity,
            async (item, write, token) =>
            {
                foreach (TOut part in expand(item))
                {
                    await write(part).ConfigureAwait(false);
                }
            }
        );

    /// <summary>Each item becomes any number of items, asynchronously.</summary>
    /// <inheritdoc cref="Expand{TOut}(Func{T, IEnumerable{TOut}}, string, int)"/>
    public Source<TOut> Expand<TOut>(
        Func<T, CancellationToken, IAsyncEnumerable<TOut>> expand,
        string name = "expand",
        int capacity = Source.DefaultCapacity
    ) =>
        Looped<TOut>(
            name,
            capacity,
            async (item, write, token) =>
            {
                await foreach (TOut part in expand(item, token).ConfigureAwait(false))
                {
                    await write(part).ConfigureAwait(false);
                }
            }
        );

    /// <summary>Groups consecutive items; the last group may be smaller.</summary>
    /// <param name="size">Items in a group, at least 1.</param>
    /// <param name="name">The name that progress shows.</param>
    /// <param name="capacity">Groups that may wait behind the stage, at least 1.</param>
    public Source<ImmutableArray<T>> Batch(int size, string name = "batch", int capacity = Source.DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return Staged<ImmutableArray<T>>(
            name,
            capacity,
            (scope, input, output, counter) =>
                scope.Start(
                    output,
                    async token =>
                    {
                        List<T> group = [];
                        await foreach (T item in input.ReadAllAsync(token).ConfigureAwait(false))
                        {
                            counter.In();
                            group.Add(item);
                            if (group.Count == size)
                            {
                                await FlushAsync().ConfigureAwait(false);
                            }
                        }
                        if (group.Count > 0)
                        {
                            await FlushAsync().ConfigureAwait(false);
                        }

                        async ValueTask FlushAsync()
                        {
                            ImmutableArray<T> full = ImmutableCollectionsMarshal.AsImmutableArray(group.ToArray());
                            group.Clear();
                            await output.Writer.WriteAsync(full, token).ConfigureAwait(false);
                            counter.Out();
                        }
                    }
                )
        );
    }

    /// <summary>Passes every item on and gives it to a sink as well. The slower of the two sets the pace.</summary>
    /// <param name="sink">The other reader; when it returns early the items go on without it.</param>
    /// <param name="name">The name that progress shows.</param>
    /// <param name="capacity">Items that may wait on either side, at least 1.</param>
    public Source<T> Tee(Sink<T> sink, string name = "tee", int capacity = Source.DefaultCapacity) =>
        Staged<T>(
            name,
            capacity,
            (scope, input, output, counter) =>
            {
                ChannelWriter<T> branch = scope.StartBranch(sink, capacity);
                scope.Start(
                    async token =>
                    {
                        await foreach (T item in input.ReadAllAsync(token).ConfigureAwait(false))
                        {
                            counter.In();
                            await OfferAsync(branch, item, token).ConfigureAwait(false);
                            await output.Writer.WriteAsync(item, token).ConfigureAwait(false);
                            counter.Out();
                        }
                    },
                    end =>
                    {
                        branch.TryComplete(end);
                        output.Writer.TryComplete(end);
                    }
                );
            }
        );

    /// <summary>The first items; the stages before are stopped as soon as there are enough.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="name">The name that progress shows.</param>
    /// <param name="capacity">Items that may wait behind the stage, at least 1.</param>
    public Source<T> Take(long count, string name = "take", int capacity = Source.DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        return new Source<T>(scope =>
        {
            FlowScope before = scope.Inner();
            ChannelReader<T> input = Open(before);
            Channel<T> output = FlowScope.Bounded<T>(capacity);
            StageCounter counter = scope.Counter(name);
            scope.Start(
                output,
                async token =>
                {
                    long left = count;
                    await foreach (T item in input.ReadAllAsync(token).ConfigureAwait(false))
                    {
                        counter.In();
                        await output.Writer.WriteAsync(item, token).ConfigureAwait(false);
                        counter.Out();
                        if (--left == 0)
                        {
                            break;
                        }
                    }
                    before.Cancel();
                }
            );
            return output.Reader;
        });
    }

    /// <summary>Closes the flow with a sink.</summary>
    public Flow To(Sink<T> sink) =>
        new(scope =>
        {
            FlowScope before = scope.Inner();
            ChannelReader<T> input = Open(before);
            StageCounter counter = scope.Counter(sink.Name);
            scope.Start(
                async token =>
                {
                    await sink.ConsumeAsync(input.ReadAllAsync(token), counter, token).ConfigureAwait(false);
                    before.Cancel();
                },
                _ => { }
            );
        });

    /// <summary>
    /// Runs the stages in the background and hands their items to the caller, who sets the pace: no more is prefetched than the
    /// stages' capacities. Leaving the loop stops and awaits every stage.
    /// </summary>
    /// <exception cref="FaultException">A stage failed with a fault.</exception>
    /// <exception cref="OperationCanceledException">The flow was stopped by the token.</exception>
    public async IAsyncEnumerable<T> ReadAsync(
        FlowMonitor? monitor = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using FlowRun run = new(monitor ?? new FlowMonitor(), cancellationToken);
        FlowScope stages = run.Root.Inner();
        try
        {
            ChannelReader<T>? reader = null;
            run.Open(_ => reader = Open(stages));
            while (reader is not null && await HasMoreAsync(reader, run, stages.Token).ConfigureAwait(false))
            {
                while (!stages.Token.IsCancellationRequested && reader.TryRead(out T? item))
                {
                    yield return item;
                }
            }
        }
        finally
        {
            stages.Cancel();
            await run.StoppedAsync().ConfigureAwait(false);
            run.ThrowIfFailed();
        }
        run.ThrowIfInterrupted();
    }

    private static async ValueTask<bool> HasMoreAsync(ChannelReader<T> reader, FlowRun run, CancellationToken token)
    {
        try
        {
            return await reader.WaitToReadAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            run.Interrupt();
            return false;
        }
    }

    /// <summary>Writes unless the reader has left.</summary>
    private static async ValueTask OfferAsync<TItem>(ChannelWriter<TItem> writer, TItem item, CancellationToken token)
    {
        while (!writer.TryWrite(item))
        {
            if (!await writer.WaitToWriteAsync(token).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    private Source<TOut> Staged<TOut>(string name, int capacity, Action<FlowScope, ChannelReader<T>, Channel<TOut>, StageCounter> start)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        return new Source<TOut>(scope =>
        {
            ChannelReader<T> input = Open(scope);
            Channel<TOut> output = FlowScope.Bounded<TOut>(capacity);
            start(scope, input, output, scope.Counter(name));
            return output.Reader;
        });
    }

    private Source<TOut> Looped<TOut>(string name, int capacity, Func<T, Func<TOut, ValueTask>, CancellationToken, Task> loop) =>
        Staged<TOut>(
            name,
            capacity,
            (scope, input, output, counter) =>
                scope.Start(
                    output,
                    async token =>
                    {
                        await foreach (T item in input.ReadAllAsync(token).ConfigureAwait(false))
                        {
                            counter.In();
                            await loop(item, WriteAsync, token).ConfigureAwait(false);
                        }

                        async ValueTask WriteAsync(TOut part)
                        {
                            await output.Writer.WriteAsync(part, token).ConfigureAwait(false);
                            counter.Out();
                        }
                    }
                )
        );
}
