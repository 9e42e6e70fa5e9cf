using System.Collections.Immutable;

namespace VlmQ.Dataflow.Tests;

/// <summary>A slow sink slows the source; the number of items under way stays below a bound that the shape of the flow gives.</summary>
public class BoundednessTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(4, 1)]
    [InlineData(16, 8)]
    public async Task Memory_is_flat_under_a_slow_sink(int workers, int capacity)
    {
        Gauge underWay = new();
        IEnumerable<int> Produced()
        {
            for (int i = 0; i < 2_000; i++)
            {
                underWay.Enter();
                yield return i;
            }
        }

        Flow flow = Source
            .From(Produced(), capacity: capacity)
            .ParallelMapAsync(workers, Flows.Jittered, capacity: capacity)
            .Map(item => item, capacity: capacity)
            .To(
                Sink.ForEach<int>(
                    async (_, _) =>
                    {
                        await Task.Yield();
                        await Task.Yield();
                        underWay.Leave();
                    }
                )
            );
        (await Guard.AgainstHangs(flow.RunAsync())).OrThrow();
        // Three channels; one item in the hands of the source, the dispatcher, the last map and the sink; two a worker.
        Assert.InRange(underWay.Most, 1, 3 * capacity + 4 + 2 * workers);
        Assert.Equal(0, underWay.Now);
    }

    [Fact]
    public async Task A_sink_that_never_returns_stops_the_source_after_a_bounded_number_of_items()
    {
        using CancellationTokenSource stop = new();
        TaskCompletionSource holding = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FlowMonitor monitor = new();
        Task run = Source
            .From(Flows.Endless(), capacity: 3)
            .ParallelMap(2, item => item, capacity: 3)
            .Batch(5, capacity: 2)
            .To(
                Sink.ForEach<ImmutableArray<int>>(
                    async (_, token) =>
                    {
                        holding.TrySetResult();
                        await Task.Delay(Timeout.Infinite, token);
                    }
                )
            )
            .RunAsync(stop.Token, monitor);
        await Guard.AgainstHangs(holding.Task);
        long before = -1;
        while (monitor.Snapshot()[0].ItemsOut is long now && now != before)
        {
            before = now;
            await Task.Delay(20);
        }
        // Batches: one held, two waiting, one full in hand. Items: two channels, two a worker, dispatcher, source.
        Assert.InRange(monitor.Snapshot()[0].ItemsOut, 5, 4 * 5 + 2 * 3 + 4 + 2);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Guard.AgainstHangs(run));
    }

    [Fact]
    public void Capacities_workers_and_sizes_are_positive()
    {
        Source<int> source = Source.From(Enumerable.Range(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Source.From(Enumerable.Range(0, 3), capacity: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Map(item => item, capacity: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.ParallelMap(0, item => item));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Batch(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Take(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Source.Merge<int>([]));
    }
}
