using VlmQ.Core.Episodes;

namespace VlmQ.Dataflow.Tests;

/// <summary>The first failure stops all stages, once, with its cause.</summary>
public class FailureTests
{
    private const int Items = 12;

    /// <summary>Where a failure can happen in the flow that <see cref="Failing"/> builds.</summary>
    private static readonly string[] Places =
    [
        "source",
        "async source",
        "map",
        "result",
        "parallel",
        "reject",
        "rejects sink",
        "expand",
        "tee sink",
        "merge",
        "sink",
    ];

    public static TheoryData<string, int> EveryPlaceAndWorkers()
    {
        TheoryData<string, int> data = [];
        foreach (string place in Places)
        {
            foreach (int workers in (int[])[1, 2, 5, 16])
            {
                data.Add(place, workers);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(EveryPlaceAndWorkers))]
    public async Task A_fault_at_any_item_of_any_stage_is_the_result_and_nothing_hangs(string place, int workers)
    {
        for (int item = 0; item < Items; item++)
        {
            Gauge running = new();
            Fault fault = Fault.Data($"{place} failed at {item}");
            Result<FlowReport> result = await Guard.AgainstHangs(
                Failing(place, item, workers, running, () => new FaultException(fault)).RunAsync()
            );
            Assert.Equal(fault, Assert.IsType<Result<FlowReport>.Failed>(result).Fault);
            Assert.Equal(0, running.Now);
        }
    }

    [Theory]
    [MemberData(nameof(EveryPlaceAndWorkers))]
    public async Task A_bug_at_any_item_of_any_stage_is_thrown_as_it_is(string place, int workers)
    {
        for (int item = 0; item < Items; item++)
        {
            Gauge running = new();
            InvalidTimeZoneException bug = new($"{place} at {item}");
            Exception thrown = await Assert.ThrowsAsync<InvalidTimeZoneException>(() =>
                Guard.AgainstHangs(Failing(place, item, workers, running, () => bug).RunAsync())
            );
            Assert.Same(bug, thrown);
            Assert.Equal(0, running.Now);
        }
    }

    [Theory]
    [MemberData(nameof(EveryPlaceAndWorkers))]
    public async Task A_cancellation_nobody_asked_for_is_a_bug_not_an_end(string place, int workers) =>
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(async () =>
        {
            try
            {
                await Guard.AgainstHangs(
                    Failing(place, 3, workers, new Gauge(), () => new TaskCanceledException("a web request")).RunAsync()
                );
            }
            catch (TaskCanceledException exception) when (exception.Message == "a web request")
            {
                throw new TimeZoneNotFoundException();
            }
        });

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(16)]
    public async Task Of_several_failing_items_the_first_in_input_order_is_told(int workers)
    {
        for (int repeat = 0; repeat < 50; repeat++)
        {
            Result<FlowReport> result = await Guard.AgainstHangs(
                Source
                    .From(Enumerable.Range(0, 40))
                    .ParallelMapAsync(workers, async (item, token) => item < 7 ? await Flows.Jittered(item, token) : throw FaultAt(item))
                    .To(Sink.ForEach<int>(_ => { }))
                    .RunAsync()
            );
            Assert.Equal("bad 7", Assert.IsType<Result<FlowReport>.Failed>(result).Fault.What);
        }
    }

    [Fact]
    public async Task A_sink_never_takes_a_failure_for_the_end_of_data()
    {
        for (int repeat = 0; repeat < 200; repeat++)
        {
            bool committed = false;
            Result<FlowReport> result = await Guard.AgainstHangs(
                Source
                    .From(Enumerable.Range(0, 20))
                    .Map<int>(item => item < 13 ? item : Fault.Data("bad"))
                    .ParallelMap(3, item => item)
                    .To(Committing(() => committed = true))
                    .RunAsync()
            );
            Assert.IsType<Result<FlowReport>.Failed>(result);
            Assert.False(committed);
        }
    }

    [Fact]
    public async Task A_flow_that_cannot_be_started_stops_what_has_started()
    {
        Gauge running = new();
        Source<int> broken = Source.Merge([
            Counted(Source.From(Flows.Endless()), running),
            Source.From(Flows.Endless()).Through<int>(_ => null!),
        ]);
        await Assert.ThrowsAsync<NullReferenceException>(() => Guard.AgainstHangs(broken.To(Sink.ForEach<int>(_ => { })).RunAsync()));
        Assert.Equal(0, running.Now);
    }

    private static FaultException FaultAt(int item) => new(Fault.Data($"bad {item}"));

    private static Sink<int> Committing(Action commit) =>
        Sink.From<int>(
            async (items, token) =>
            {
                await foreach (int item in items.WithCancellation(token))
                {
                    Assert.True(item >= 0);
                }
                commit();
            }
        );

    private static Source<int> Counted(Source<int> source, Gauge running) =>
        source.Map(item =>
        {
            running.Enter();
            running.Leave();
            return item;
        });

    private static Flow Failing(string place, int failingItem, int workers, Gauge running, Func<Exception> failure)
    {
        int At(string here, int item) => here == place && item == failingItem ? throw failure() : item;

        IEnumerable<int> Items_(string here)
        {
            running.Enter();
            try
            {
                for (int i = 0; i < Items; i++)
                {
                    yield return At(here, i);
                }
            }
            finally
            {
                running.Leave();
            }
        }

        async IAsyncEnumerable<int> ItemsAsync(string here)
        {
            foreach (int item in Items_(here))
            {
                await Task.Yield();
                yield return item;
            }
        }

        Result<int> Checked(int item)
        {
            try
            {
                return At("result", item);
            }
            catch (FaultException exception)
            {
                return exception.Fault;
            }
        }

        return Source
            .Interleave([Source.From(Items_("source"), capacity: 2), Source.From(ItemsAsync("async source"), capacity: 1)])
            .Map(item => At("map", item), capacity: 1)
            .Map(Checked)
            .ParallelMapAsync(workers, async (item, token) => At("parallel", await Flows.Jittered(item, token)), capacity: 2)
            .MapOrReject<int>(
                item => At("reject", item) >= 0 && place != "rejects sink" ? item : Fault.Data("unusable"),
                Sink.ForEach<Rejected<int>>(rejected => At("rejects sink", rejected.Item)),
                workers
            )
            .Expand(item => Enumerable.Repeat(At("expand", item), 2))
            .Tee(Sink.ForEach<int>(item => At("tee sink", item)), capacity: 1)
            .Through<int>(source => Source.Merge([source, Source.From(Items_("merge"))], capacity: 1))
            .Batch(3)
            .Expand(batch => batch)
            .To(Sink.ForEach<int>(item => At("sink", item)));
    }
}
