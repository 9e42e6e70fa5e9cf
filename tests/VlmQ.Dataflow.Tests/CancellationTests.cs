namespace VlmQ.Dataflow.Tests;

/// <summary>Cancellation stops every worker and leaves nothing running.</summary>
public class CancellationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    public async Task All_workers_are_stopped_when_a_cancelled_run_completes(int workers)
    {
        for (int stopAt = 0; stopAt < 40; stopAt += 3)
        {
            using CancellationTokenSource stop = new();
            Gauge running = new();
            int seen = 0;
            Flow flow = Source
                .From(Flows.Endless())
                .ParallelMapAsync(workers, (item, token) => Working(item, running, token))
                .MapOrReject<int>(item => item, Sink.ForEach<Rejected<int>>(_ => { }), workers)
                .Tee(Sink.ForEach<int>(async (item, token) => await Working(item, running, token)))
                .To(
                    Sink.ForEach<int>(
                        async (item, token) =>
                        {
                            if (seen++ == stopAt)
                            {
                                await stop.CancelAsync();
                            }
                            await Working(item, running, token);
                        }
                    )
                );
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Guard.AgainstHangs(flow.RunAsync(stop.Token)));
            Assert.Equal(0, running.Now);
        }
    }

    [Fact]
    public async Task A_stalled_flow_can_be_cancelled_from_outside()
    {
        using CancellationTokenSource stop = new();
        TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool cleanedUp = false;
        Sink<int> stalling = Sink.From<int>(
            async (items, token) =>
            {
                try
                {
                    await foreach (int item in items.WithCancellation(token))
                    {
                        stalled.TrySetResult();
                        await Task.Delay(Timeout.Infinite, token);
                    }
                }
                finally
                {
                    cleanedUp = true;
                }
            }
        );
        Task run = Source.From(Flows.Endless()).ParallelMap(4, item => item).To(stalling).RunAsync(stop.Token);
        await Guard.AgainstHangs(stalled.Task);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Guard.AgainstHangs(run));
        Assert.True(cleanedUp);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_beforehand_handles_no_item()
    {
        int seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Guard.AgainstHangs(
                Source.From(Enumerable.Range(0, 10)).To(Sink.ForEach<int>(_ => seen++)).RunAsync(new CancellationToken(true))
            )
        );
        Assert.Equal(0, seen);
    }

    [Fact]
    public async Task A_cancelled_sink_is_not_told_that_the_data_have_ended()
    {
        for (int repeat = 0; repeat < 100; repeat++)
        {
            using CancellationTokenSource stop = new();
            int seen = 0;
            bool ended = false;
            Sink<int> sink = Sink.From<int>(
                async (items, token) =>
                {
                    await foreach (int item in items)
                    {
                        if (++seen == 5)
                        {
                            await stop.CancelAsync();
                        }
                    }
                    ended = true;
                }
            );
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                Guard.AgainstHangs(Source.From(Enumerable.Range(0, 1000)).Map(item => item, capacity: 4).To(sink).RunAsync(stop.Token))
            );
            Assert.False(ended);
        }
    }

    private static async ValueTask<int> Working(int item, Gauge running, CancellationToken token)
    {
        running.Enter();
        try
        {
            return await Flows.Jittered(item, token);
        }
        finally
        {
            running.Leave();
        }
    }
}
