using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Sampling;
using VlmQ.Datasets.Streaming;

namespace VlmQ.Datasets.Tests.Streaming;

public sealed class WindowWalkTests
{
    [Fact]
    public void Any_world_takes_every_turn_once_a_pass() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Arb.From(Cases),
                test =>
                {
                    List<Window> first =
                    [
                        .. test.Take(default, test.World, test.AllTurns).Where(taken => taken.Epoch == 0).Select(taken => taken.Window),
                    ];

                    Assert.Equal(first.Count, first.Distinct().Count());
                    Assert.Equal(test.AllTurns, first.Sum(window => window.Length));
                }
            )
        );

    [Fact]
    public void A_stop_after_any_step_and_another_world_leave_no_window_out_and_repeat_none() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Arb.From(Cases),
                test =>
                {
                    List<Taken> before = test.Take(default, test.World, test.Steps);
                    List<Taken> after = test.Take(before[^1].Next, test.OtherWorld, 20);
                    List<Window> whole = [.. test.Take(default, 1, before.Count + after.Count).Select(taken => taken.Window)];

                    int step = test.World * test.BatchWindows;
                    int other = test.OtherWorld * test.BatchWindows;
                    IEnumerable<Window[]> steps = whole
                        .Take(before.Count)
                        .Chunk(step)
                        .Concat(whole.Skip(before.Count).Take(after.Count).Chunk(other));
                    Assert.Equal(
                        steps.SelectMany(windows => windows.Order(Places)),
                        before.Chunk(step).Concat(after.Chunk(other)).SelectMany(Ordered)
                    );
                }
            )
        );

    [Fact]
    public async Task A_position_past_its_block_counts_on_in_the_blocks_and_passes_after_it()
    {
        Case test = new(
            [
                [
                    [5, 9],
                ],
                [
                    [3],
                    [12],
                ],
                [
                    [8],
                ],
            ],
            4,
            10,
            3,
            World: 1,
            OtherWorld: 1,
            BatchWindows: 1,
            Steps: 1
        );
        List<Taken> all = test.Take(default, 1, 60);

        for (int skip = 0; skip < 50; skip++)
        {
            WalkedSlice slice = await FirstAsync(test, new SamplerPosition(0, skip));
            Assert.Equal(all[skip].Window, slice.Windows[slice.First]);
        }
    }

    [Fact]
    public async Task Blocks_before_the_position_are_never_asked_for()
    {
        Case test = new(
            [
                .. Enumerable.Repeat<int[][]>(
                    [
                        [10, 10],
                    ],
                    50
                ),
            ],
            4,
            20,
            3,
            World: 1,
            OtherWorld: 1,
            BatchWindows: 1,
            Steps: 1
        );
        int asked = 0;

        await foreach (
            WalkedSlice slice in WindowWalk.SlicesAsync(
                _ => test.Sampler(),
                new SamplerPosition(2, 3, Block: 20),
                parts =>
                {
                    asked++;
                    return test.TurnsOf(parts);
                }
            )
        )
        {
            Assert.Equal((2, 20, 3), (slice.Epoch, slice.Block, slice.First));
            break;
        }

        Assert.Equal(1, asked);
    }

    private static async Task<WalkedSlice> FirstAsync(Case test, SamplerPosition start)
    {
        await foreach (WalkedSlice slice in WindowWalk.SlicesAsync(_ => test.Sampler(), start, test.TurnsOf))
        {
            return slice;
        }
        throw new InvalidOperationException("The order has no end.");
    }

    private static Gen<Case> Cases =>
        from turns in Gen.NonEmptyListOf(Gen.NonEmptyListOf(Gen.NonEmptyListOf(Gen.Choose(1, 20)))).Resize(6)
        from window in Gen.Choose(1, 9)
        from block in Gen.Choose(1, 100)
        from seed in Gen.Choose(0, 1000)
        from worlds in Gen.Choose(1, 5).Zip(Gen.Choose(1, 5))
        from batch in Gen.Choose(1, 4)
        from steps in Gen.Choose(1, 30)
        select new Case(
            [.. turns.Select(part => part.Select(rows => rows.ToArray()).ToArray())],
            window,
            block,
            seed,
            worlds.Item1,
            worlds.Item2,
            batch,
            steps
        );

    // A step of a small dataset may hold a window of one pass and another one of the next pass at the same place.
    private static Comparer<Window> Places { get; } =
        Comparer<Window>.Create((a, b) => Window.ComparePlaces(a, b) is int order and not 0 ? order : a.Length.CompareTo(b.Length));

    private static IEnumerable<Window> Ordered(Taken[] step) => step.Select(taken => taken.Window).Order(Places);

    private sealed record Taken(int Epoch, Window Window, SamplerPosition Next);

    private sealed record Case(
        int[][][] Turns,
        int WindowTurns,
        int ShuffleTurns,
        int Seed,
        int World,
        int OtherWorld,
        int BatchWindows,
        int Steps
    )
    {
        public int AllTurns => Turns.Sum(part => part.Sum(group => group.Sum()));

        public WindowSampler Sampler() =>
            new(
                [.. Turns.Select(part => new PartSize(part.Sum(group => group.Sum()), part.Sum(group => group.Length)))],
                WindowTurns,
                ShuffleTurns,
                mixedParts: 2,
                seed: Seed
            );

        public ValueTask<ImmutableArray<ImmutableArray<ImmutableArray<int>>>> TurnsOf(ImmutableArray<int> parts) =>
            ValueTask.FromResult<ImmutableArray<ImmutableArray<ImmutableArray<int>>>>([
                .. parts.Select(part => Turns[part].Select(group => group.ToImmutableArray()).ToImmutableArray()),
            ]);

        // So many steps of all ranks, step by step; the ranks' batches of a step follow one another.
        public List<Taken> Take(SamplerPosition start, int world, int steps)
        {
            List<(long Step, int Rank, Taken Taken)> taken = [];
            for (int rank = 0; rank < world; rank++)
            {
                taken.AddRange(OfRank(start, new Share(rank, world), steps));
            }
            return [.. taken.OrderBy(entry => entry.Step).ThenBy(entry => entry.Rank).Select(entry => entry.Taken)];
        }

        private List<(long, int, Taken)> OfRank(SamplerPosition start, Share share, int steps)
        {
            List<(long, int, Taken)> taken = [];
            long step = 0;
            long window = 0;
            Taken[] whole = new Taken[BatchWindows * share.World];
            foreach (WalkedSlice slice in WindowWalk.SlicesAsync(_ => Sampler(), start, TurnsOf).ToBlockingEnumerable())
            {
                for (int i = slice.First; i < slice.Windows.Length; i++)
                {
                    whole[window++ % whole.Length] = new Taken(slice.Epoch, slice.Windows[i], slice.After(i));
                    if (window % whole.Length == 0)
                    {
                        int[] mine = share.Deal<Taken>(whole, (a, b) => Window.ComparePlaces(a.Window, b.Window));
                        taken.AddRange(mine.Select(one => (step, share.Rank, whole[one] with { Next = slice.After(i) })));
                        if (++step == steps)
                        {
                            return taken;
                        }
                    }
                }
            }
            return taken;
        }
    }
}
