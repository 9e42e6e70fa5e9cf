using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Episodes;

namespace VlmQ.Dataflow.Tests;

/// <summary>Nothing lost, nothing doubled, order kept.</summary>
public class ConservationTests
{
    private static readonly Config Laws = Config.QuickThrowOnFailure.WithMaxTest(60);

    private sealed record Shape(int Items, int Workers, int Capacity, int Batch)
    {
        public static Arbitrary<Shape> Any() =>
            Arb.From(
                from items in Gen.Choose(0, 80)
                from workers in Gen.Choose(1, 16)
                from capacity in Gen.Choose(1, 8)
                from batch in Gen.Choose(1, 9)
                select new Shape(items, workers, capacity, batch)
            );
    }

    [Fact]
    public void A_parallel_map_gives_the_output_of_a_plain_loop_whatever_the_workers() =>
        Check.One(
            Laws,
            Prop.ForAll(
                Shape.Any(),
                shape =>
                {
                    ImmutableArray<int> output = Guard.Run(() =>
                        Flows.Collected(
                            Source
                                .From(Enumerable.Range(0, shape.Items), capacity: shape.Capacity)
                                .ParallelMapAsync(shape.Workers, Flows.Jittered, capacity: shape.Capacity)
                                .Map(item => item * 3, capacity: shape.Capacity)
                        )
                    );
                    return output.SequenceEqual(Enumerable.Range(0, shape.Items).Select(item => item * 3));
                }
            )
        );

    [Fact]
    public void Batches_are_full_but_for_the_last_and_together_are_the_input() =>
        Check.One(
            Laws,
            Prop.ForAll(
                Shape.Any(),
                shape =>
                {
                    ImmutableArray<ImmutableArray<int>> output = Guard.Run(() =>
                        Flows.Collected(Source.From(Enumerable.Range(0, shape.Items)).Batch(shape.Batch, capacity: shape.Capacity))
                    );
                    return output.SelectMany(batch => batch).SequenceEqual(Enumerable.Range(0, shape.Items))
                        && output.SkipLast(1).All(batch => batch.Length == shape.Batch)
                        && output.All(batch => batch.Length > 0);
                }
            )
        );

    [Fact]
    public void Every_item_is_either_passed_on_or_rejected_in_order() =>
        Check.One(
            Laws,
            Prop.ForAll(
                Shape.Any(),
                shape =>
                {
                    List<Rejected<int>> rejected = [];
                    List<int> passed = [];
                    FlowReport report = Guard
                        .Run(() =>
                            Source
                                .From(Enumerable.Range(0, shape.Items))
                                .MapOrReject(OddOnly, Sink.ForEach<Rejected<int>>(rejected.Add), shape.Workers, capacity: shape.Capacity)
                                .To(Sink.ForEach<int>(passed.Add))
                                .RunAsync()
                        )
                        .OrThrow();
                    return passed.SequenceEqual(Enumerable.Range(0, shape.Items).Where(int.IsOddInteger))
                        && rejected.Select(one => one.Item).SequenceEqual(Enumerable.Range(0, shape.Items).Where(int.IsEvenInteger))
                        && rejected.All(one => one.Fault.What == $"{one.Item} is even")
                        && report.Rejected == rejected.Count;
                }
            )
        );

    [Fact]
    public void Both_sides_of_a_tee_see_every_item_in_order() =>
        Check.One(
            Laws,
            Prop.ForAll(
                Shape.Any(),
                shape =>
                {
                    List<int> aside = [];
                    ImmutableArray<int> output = Guard.Run(() =>
                        Flows.Collected(
                            Source.From(Enumerable.Range(0, shape.Items)).Tee(Sink.ForEach<int>(aside.Add), capacity: shape.Capacity)
                        )
                    );
                    return output.SequenceEqual(Enumerable.Range(0, shape.Items)) && aside.SequenceEqual(output);
                }
            )
        );

    [Fact]
    public void A_merge_keeps_every_item_once_and_each_sources_order() =>
        Check.One(
            Laws,
            Prop.ForAll(
                Shape.Any(),
                shape =>
                {
                    Source<int>[] sources =
                    [
                        .. Enumerable
                            .Range(0, shape.Workers)
                            .Select(s => Source.From(Enumerable.Range(0, shape.Items).Select(i => s + i * 100), capacity: shape.Capacity)),
                    ];
                    ImmutableArray<int> output = Guard.Run(() => Flows.Collected(Source.Merge(sources, capacity: shape.Capacity)));
                    return Enumerable
                            .Range(0, shape.Workers)
                            .All(s =>
                                output
                                    .Where(item => item % 100 == s)
                                    .SequenceEqual(Enumerable.Range(0, shape.Items).Select(i => s + i * 100))
                            )
                        && output.Length == shape.Workers * shape.Items;
                }
            )
        );

    [Fact]
    public async Task An_interleave_takes_turns_and_leaves_out_what_has_ended()
    {
        ImmutableArray<string> output = await Guard.AgainstHangs(
            Flows.Collected(
                Source.Interleave([
                    Source.From((string[])["a1", "a2", "a3"]),
                    Source.From((string[])["b1"]),
                    Source.From((string[])["c1", "c2"]),
                ])
            )
        );
        Assert.Equal(["a1", "b1", "c1", "a2", "c2", "a3"], output);
    }

    [Fact]
    public async Task An_item_can_become_several_or_none()
    {
        Source<int> numbers = Source.From(Enumerable.Range(0, 5));
        Assert.Equal(
            [1, 2, 2, 3, 3, 3, 4, 4, 4, 4],
            await Guard.AgainstHangs(Flows.Collected(numbers.Expand(n => Enumerable.Repeat(n, n))))
        );
        Assert.Equal(
            [1, 2, 2, 3, 3, 3, 4, 4, 4, 4],
            await Guard.AgainstHangs(Flows.Collected(numbers.Expand((n, token) => Flows.Endless(token).Take(n).Select(_ => n))))
        );
    }

    [Fact]
    public async Task Enough_items_stop_an_endless_source_without_a_fault_and_side_branches_end_normally()
    {
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
        ImmutableArray<int> output = await Guard.AgainstHangs(
            Flows.Collected(Source.From(Flows.Endless()).Tee(aside).ParallelMap(4, item => item).Take(10))
        );
        Assert.Equal(Enumerable.Range(0, 10), output);
        Assert.True(asideEnded);
    }

    [Fact]
    public async Task A_sink_that_has_seen_enough_stops_the_flow_without_a_fault()
    {
        Sink<int> first = Sink.From<int>(async (items, token) => Assert.Equal(0, await items.FirstAsync(token)));
        Result<FlowReport> result = await Guard.AgainstHangs(Source.From(Flows.Endless()).Map(item => item).To(first).RunAsync());
        Assert.IsType<Result<FlowReport>.Ok>(result);
    }

    [Fact]
    public async Task A_side_branch_that_has_seen_enough_does_not_hold_up_the_rest()
    {
        Sink<int> first = Sink.From<int>(async (items, token) => Assert.Equal(0, await items.FirstAsync(token)));
        ImmutableArray<int> output = await Guard.AgainstHangs(
            Flows.Collected(Source.From(Enumerable.Range(0, 500)).Tee(first, capacity: 1))
        );
        Assert.Equal(500, output.Length);
    }

    [Fact]
    public async Task A_flow_can_be_run_again()
    {
        Source<int> source = Source.From(Enumerable.Range(0, 50)).ParallelMap(3, item => item);
        Assert.Equal(await Flows.Collected(source), await Flows.Collected(source));
    }

    [Fact]
    public async Task A_stage_is_a_function_that_can_be_applied_anywhere()
    {
        Stage<int, string> spelled = source => source.Map(item => item + 1).Map(item => $"{item}");
        Assert.Equal(["1", "2"], await Flows.Collected(Source.From(Enumerable.Range(0, 2)).Through(spelled)));
    }

    private static Result<int> OddOnly(int item) => int.IsOddInteger(item) ? item : Fault.Data($"{item} is even");
}
