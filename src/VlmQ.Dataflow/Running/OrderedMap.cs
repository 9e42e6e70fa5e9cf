using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace VlmQ.Dataflow.Running;

/// <summary>Maps with any number of workers and emits in the order of the input.</summary>
/// <remarks>
/// At most <c>2 · workers</c> items are between input and output, so that one slow item does not idle the other workers and
/// memory stays bounded. A failure travels with its item: the one that is told is the first in input order, however
/// the workers were scheduled.
/// </remarks>
internal static class OrderedMap
{
    private readonly record struct Numbered<T>(long Index, T Item);

    private readonly record struct Finished<T>(T Value, ExceptionDispatchInfo? Failure);

    /// <summary>Starts the stage in a scope.</summary>
    /// <param name="scope">Where it runs.</param>
    /// <param name="input">What is mapped.</param>
    /// <param name="workers">How many items are mapped at once.</param>
    /// <param name="map">Called concurrently.</param>
    /// <param name="emit">Called in order, by one at a time.</param>
    /// <param name="counter">Counts the items in.</param>
    /// <param name="ended">See <see cref="FlowScope.Start(Func{CancellationToken, Task}, Action{Exception?})"/>.</param>
    public static void Start<TIn, TOut>(
        FlowScope scope,
        ChannelReader<TIn> input,
        int workers,
        Func<TIn, CancellationToken, ValueTask<TOut>> map,
        Func<TOut, CancellationToken, ValueTask> emit,
        StageCounter counter,
        Action<Exception?> ended
    )
    {
        if (workers == 1)
        {
            scope.Start(token => InTurnAsync(input, map, emit, counter, token), ended);
            return;
        }
        int window = 2 * workers;
        SemaphoreSlim free = new(window);
        Channel<Numbered<TIn>> work = FlowScope.Bounded<Numbered<TIn>>(window, singleReader: false);
        Channel<Numbered<Finished<TOut>>> results = FlowScope.Bounded<Numbered<Finished<TOut>>>(window, singleWriter: false);
        scope.Start(work, token => DispatchAsync(input, work.Writer, free, counter, token));
        int running = workers;
        for (int worker = 0; worker < workers; worker++)
        {
            scope.Start(
                token => WorkAsync(work.Reader, results.Writer, map, token),
                end =>
                {
                    if (Interlocked.Decrement(ref running) == 0 || end is not null)
                    {
                        results.Writer.TryComplete(end);
                    }
                }
            );
        }
        scope.Start(token => EmitAsync(results.Reader, emit, free, window, token), ended);
    }

    private static async Task InTurnAsync<TIn, TOut>(
        ChannelReader<TIn> input,
        Func<TIn, CancellationToken, ValueTask<TOut>> map,
        Func<TOut, CancellationToken, ValueTask> emit,
        StageCounter counter,
        CancellationToken token
    )
    {
        await foreach (TIn item in input.ReadAllAsync(token).ConfigureAwait(false))
        {
            counter.In();
            TOut value = await map(item, token).ConfigureAwait(false);
            await emit(value, token).ConfigureAwait(false);
        }
    }

    private static async Task DispatchAsync<TIn>(
        ChannelReader<TIn> input,
        ChannelWriter<Numbered<TIn>> work,
        SemaphoreSlim free,
        StageCounter counter,
        CancellationToken token
    )
    {
        long index = 0;
        await free.WaitAsync(token).ConfigureAwait(false);
        await foreach (TIn item in input.ReadAllAsync(token).ConfigureAwait(false))
        {
            counter.In();
            await work.WriteAsync(new Numbered<TIn>(index++, item), token).ConfigureAwait(false);
            await free.WaitAsync(token).ConfigureAwait(false);
        }
    }

    private static async Task WorkAsync<TIn, TOut>(
        ChannelReader<Numbered<TIn>> work,
        ChannelWriter<Numbered<Finished<TOut>>> results,
        Func<TIn, CancellationToken, ValueTask<TOut>> map,
        CancellationToken token
    )
    {
        await foreach (Numbered<TIn> numbered in work.ReadAllAsync(token).ConfigureAwait(false))
        {
            Finished<TOut> finished;
            try
            {
                finished = new(await map(numbered.Item, token).ConfigureAwait(false), null);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !token.IsCancellationRequested)
            {
                finished = new(default!, ExceptionDispatchInfo.Capture(exception));
            }
            await results.WriteAsync(new(numbered.Index, finished), token).ConfigureAwait(false);
        }
    }

    private static async Task EmitAsync<TOut>(
        ChannelReader<Numbered<Finished<TOut>>> results,
        Func<TOut, CancellationToken, ValueTask> emit,
        SemaphoreSlim free,
        int window,
        CancellationToken token
    )
    {
        Finished<TOut>[] waiting = new Finished<TOut>[window];
        bool[] ready = new bool[window];
        long next = 0;
        await foreach (Numbered<Finished<TOut>> result in results.ReadAllAsync(token).ConfigureAwait(false))
        {
            waiting[result.Index % window] = result.Item;
            ready[result.Index % window] = true;
            for (long slot = next % window; ready[slot]; slot = next % window)
            {
                Finished<TOut> finished = waiting[slot];
                waiting[slot] = default;
                ready[slot] = false;
                finished.Failure?.Throw();
                await emit(finished.Value, token).ConfigureAwait(false);
                next++;
                free.Release();
            }
        }
    }
}
