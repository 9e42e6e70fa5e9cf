using VlmQ.Core.Episodes;

namespace VlmQ.Dataflow.Tests;

/// <summary>A flow that its consumer pulls from.</summary>
public class ReadingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task A_reader_gets_every_item_in_order(int workers)
    {
        List<int> items = [];
        await foreach (int item in Source.From(Enumerable.Range(0, 300)).ParallelMapAsync(workers, Flows.Jittered).ReadAsync())
        {
            items.Add(item);
        }
        Assert.Equal(Enumerable.Range(0, 300), items);
    }

    [Fact]
    public async Task No_more_is_prefetched_than_the_capacities_allow()
    {
        Gauge underWay = new();
        Source<int> source = Source
            .From(Enumerable.Range(0, 500), capacity: 1)
            .Map(
                item =>
                {
                    underWay.Enter();
                    return item;
                },
                capacity: 4
            );
        await foreach (int item in source.ReadAsync())
        {
            await Task.Yield();
            underWay.Leave();
        }
        Assert.InRange(underWay.Most, 1, 4 + 2);
    }

    [Fact]
    public async Task Leaving_the_loop_stops_every_stage_and_ends_side_branches_normally()
    {
        for (int leaveAfter = 1; leaveAfter < 20; leaveAfter++)
        {
            Gauge running = new();
            bool asideEnded = false;
            Sink<int> aside = Sink.From<int>(
                async (items, token) =>
                {
                    await foreach (int item in items.WithCancellation(token))
                    {
                        Assert.True(item >= 0);
                    }
                    asideEnded = true;
                }
            );
            int seen = 0;
            await foreach (int item in Source.From(Tracked(running)).Tee(aside).ParallelMap(4, item => item).ReadAsync())
            {
                if (++seen == leaveAfter)
                {
                    break;
                }
            }
            Assert.Equal(0, running.Now);
            Assert.True(asideEnded);
        }
    }

    [Fact]
    public async Task A_fault_reaches_the_reader_after_all_stages_have_stopped()
    {
        Gauge running = new();
        Source<int> source = Source.From(Tracked(running)).Map<int>(item => item < 50 ? item : Fault.Data("bad"));
        FaultException exception = await Assert.ThrowsAsync<FaultException>(() =>
            Guard.AgainstHangs(Drain(source, CancellationToken.None))
        );
        Assert.Equal("bad", exception.Fault.What);
        Assert.Equal(0, running.Now);
    }

    [Fact]
    public async Task A_cancelled_reader_is_told_even_when_every_stage_was_done()
    {
        using CancellationTokenSource stop = new();
        int seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (int item in Source.From(Enumerable.Range(0, 10), capacity: 16).ReadAsync(cancellationToken: stop.Token))
            {
                if (++seen == 1)
                {
                    await Task.Delay(20);
                    await stop.CancelAsync();
                }
            }
        });
        Assert.InRange(seen, 1, 9);
    }

    private static async Task Drain(Source<int> source, CancellationToken token)
    {
        await foreach (int item in source.ReadAsync(cancellationToken: token))
        {
            Assert.True(item >= 0);
        }
    }

    private static IEnumerable<int> Tracked(Gauge running)
    {
        running.Enter();
        try
        {
            for (int i = 0; ; i++)
            {
                yield return i;
            }
        }
        finally
        {
            running.Leave();
        }
    }
}
