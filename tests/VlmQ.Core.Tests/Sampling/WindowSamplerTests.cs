using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Sampling;

namespace VlmQ.Core.Tests.Sampling;

public sealed class WindowSamplerTests
{
    [Fact]
    public void Every_pass_takes_every_turn_exactly_once() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Arb.From(Cases),
                test =>
                {
                    foreach (int epoch in new[] { 0, 1, 7 })
                    {
                        HashSet<(int, int, int, int)> taken = [];
                        foreach (Window window in test.Order(epoch))
                        {
                            Assert.InRange(window.Length, 1, test.WindowTurns);
                            for (int turn = window.Start; turn < window.Start + window.Length; turn++)
                            {
                                Assert.True(taken.Add((window.Part, window.Group, window.Episode, turn)));
                            }
                        }
                        Assert.Equal(test.AllTurns, taken.Count);
                    }
                }
            )
        );

    [Fact]
    public void The_order_is_a_function_of_sizes_seed_and_epoch() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Cases), test => test.Order(3).SequenceEqual(test.Order(3))));

    [Fact]
    public void Another_epoch_and_another_seed_have_another_order()
    {
        Case test = new(Parts([9, 30, 12], [4, 4, 4, 4], [50]), 4, 1000, 1, 1);
        Window[] first = [.. test.Order(0)];

        Assert.NotEqual(first, test.Order(1));
        Assert.NotEqual(first, (test with { Seed = 2 }).Order(0));
    }

    [Fact]
    public void Blocks_hold_every_part_once_and_close_when_they_have_enough_turns_and_parts() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Arb.From(Cases),
                test =>
                {
                    ImmutableArray<ImmutableArray<int>> blocks = test.Sampler().Blocks(2);

                    Assert.Equal(Enumerable.Range(0, test.Turns.Length), blocks.SelectMany(block => block).Order());
                    foreach (ImmutableArray<int> block in blocks)
                    {
                        long[] turns = [.. block.Select(test.TurnsOf)];
                        Assert.Equal(block.Order(), block);
                        bool smaller = turns.Sum() - turns.Max() < test.ShuffleTurns || turns.Length - 1 < test.MixedParts;
                        bool enough = turns.Sum() >= test.ShuffleTurns && turns.Length >= test.MixedParts;
                        Assert.True(smaller);
                        Assert.True(enough || block == blocks[^1]);
                    }
                }
            )
        );

    [Fact]
    public void Slices_take_each_row_group_in_one_stretch_and_are_bounded() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Arb.From(Cases),
                test =>
                {
                    int largest = test.Turns.Max(part => part.Max(group => group.Sum()));
                    HashSet<(int, int)> finished = [];
                    foreach (ImmutableArray<Window> slice in test.Slices(1))
                    {
                        (int, int)[] groups = [.. slice.Select(window => (window.Part, window.Group)).Distinct()];
                        Assert.All(groups, group => Assert.True(finished.Add(group)));
                        Assert.True(slice.Sum(window => window.Length) < (2 * test.ShuffleTurns) + largest);
                    }
                }
            )
        );

    [Fact]
    public void A_dataset_of_less_than_two_slices_keeps_the_order_that_it_has_always_had()
    {
        Case test = new(Parts([9, 30, 12], [4, 4, 4, 4], [50]), 8, 100, 2, 11);

        Assert.Equal(
            "0/0/0 0/1/0 2/0/0 1/2/0 2/0/38 0/1/19 0/1/27 0/1/3 0/2/0 "
                + "2/0/14 1/3/0 1/0/0 2/0/22 1/1/0 0/2/6 2/0/6 0/0/6 0/1/11 2/0/30 2/0/46",
            string.Join(' ', test.Order(1).Select(window => $"{window.Part}/{window.Episode}/{window.Start}"))
        );
    }

    [Fact]
    public void A_larger_dataset_keeps_the_order_that_it_has_always_had()
    {
        Case test = new(Parts([.. Enumerable.Range(0, 6).Select(part => Enumerable.Range(1, 40 + part).ToArray())]), 8, 1000, 2, 11);
        StringBuilder order = new();
        foreach (Window window in test.Order(1))
        {
            order.Append(CultureInfo.InvariantCulture, $"{window.Part}/{window.Group}/{window.Episode}/{window.Start}/{window.Length} ");
        }

        byte[] digest = SHA256.HashData(Encoding.ASCII.GetBytes(order.ToString()));
        Assert.Equal("25931841b4ec501b", Convert.ToHexStringLower(digest)[..16]);
    }

    [Fact]
    public void A_slice_counts_its_windows_without_making_them() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Arb.From(Cases),
                test =>
                {
                    WindowSampler sampler = test.Sampler();
                    ImmutableArray<ImmutableArray<int>> blocks = sampler.Blocks(1);
                    for (int block = 0; block < blocks.Length; block++)
                    {
                        foreach (
                            WindowSlice slice in sampler.Slices(
                                1,
                                block,
                                blocks[block],
                                [.. blocks[block].Select(part => test.Turns[part])]
                            )
                        )
                        {
                            Assert.Equal(slice.Windows().Length, slice.Count());
                            Assert.Equal(slice.Windows().Sum(window => window.Length), slice.Turns);
                        }
                    }
                }
            )
        );

    [Fact]
    public void Each_run_of_windows_of_a_large_dataset_is_spread_evenly_over_its_slice()
    {
        Case test = new(Parts([.. Enumerable.Range(0, 16).Select(_ => Enumerable.Repeat(3, 100).ToArray())]), 4, 1600, 16, 5);
        ImmutableArray<Window>[] slices = [.. test.Slices(2)];

        Assert.Equal(3, slices.Length);
        foreach (ImmutableArray<Window> slice in slices)
        {
            Window[] places = [.. slice.Order(Comparer<Window>.Create(Window.ComparePlaces))];
            foreach (int run in new[] { 4, 8, 16, 32 })
            {
                for (int first = 0; first + run <= slice.Length - (slice.Length % WindowSlice.Lanes); first += run)
                {
                    IEnumerable<int> stretches = slice
                        .AsSpan(first, run)
                        .ToArray()
                        .Select(window => (int)((((Array.IndexOf(places, window) + 1L) * WindowSlice.Lanes) - 1) / places.Length))
                        .Select(lane => lane * run / WindowSlice.Lanes);
                    Assert.Equal(Enumerable.Range(0, run), stretches.Order());
                }
            }
        }
    }

    [Fact]
    public void An_episode_that_fits_in_a_window_is_never_cut()
    {
        Case test = new(Parts([1, 2, 3, 4, 5, 6, 7, 8]), 8, 100, 1, 0);

        Assert.All(test.Order(0), window => Assert.Equal(window.Episode + 1, window.Length));
    }

    [Fact]
    public void Cuts_differ_from_pass_to_pass()
    {
        Case test = new(Parts([40]), 8, 100, 1, 0);

        HashSet<int> firstCuts =
        [
            .. Enumerable.Range(0, 50).Select(epoch => test.Order(epoch).Where(window => window.Start > 0).Min(window => window.Start)),
        ];

        Assert.Equal(Enumerable.Range(1, 8), firstCuts.Order());
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void A_size_that_is_not_positive_is_refused(int window, int turns, int parts) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WindowSampler([new PartSize(1, 1)], window, turns, parts, 0));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 3)]
    public void A_part_without_episodes_or_with_empty_ones_is_refused(long turns, long episodes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PartSize(turns, episodes));

    [Fact]
    public void Nothing_to_take_from_is_refused() => Assert.Throws<ArgumentException>(() => new WindowSampler([], 1, 1, 1, 0));

    [Fact]
    public void Lengths_that_are_not_the_parts_are_refused()
    {
        WindowSampler sampler = new([new PartSize(5, 2)], 4, 100, 1, 0);

        Assert.Throws<ArgumentException>(() => sampler.Slices(0, 0, [0], Parts([2, 2])));
        Assert.Throws<ArgumentException>(() => sampler.Slices(0, 0, [0], Parts([5])));
        Assert.Throws<ArgumentException>(() => sampler.Slices(0, 0, [0], Parts([5, 0])));
    }

    private static ImmutableArray<ImmutableArray<ImmutableArray<int>>> Parts(params int[][] parts) =>
        [.. parts.Select(episodes => ImmutableArray.Create<ImmutableArray<int>>([.. episodes]))];

    private static Gen<Case> Cases =>
        from turns in Gen.NonEmptyListOf(Gen.NonEmptyListOf(Gen.NonEmptyListOf(Gen.Choose(1, 30))))
        from window in Gen.Choose(1, 12)
        from block in Gen.Choose(1, 200)
        from mixed in Gen.Choose(1, 4)
        from seed in Gen.Choose(0, 1000)
        select new Case(
            [.. turns.Select(part => part.Select(rows => rows.ToImmutableArray()).ToImmutableArray())],
            window,
            block,
            mixed,
            seed
        );

    private sealed record Case(
        ImmutableArray<ImmutableArray<ImmutableArray<int>>> Turns,
        int WindowTurns,
        int ShuffleTurns,
        int MixedParts,
        int Seed
    )
    {
        public long AllTurns => Enumerable.Range(0, Turns.Length).Sum(TurnsOf);

        public long TurnsOf(int part) => Turns[part].Sum(group => group.Sum());

        public WindowSampler Sampler() =>
            new(
                [.. Turns.Select((part, i) => new PartSize(TurnsOf(i), part.Sum(group => group.Length)))],
                WindowTurns,
                ShuffleTurns,
                MixedParts,
                Seed
            );

        public IEnumerable<Window> Order(int epoch) => Slices(epoch).SelectMany(slice => slice);

        public IEnumerable<ImmutableArray<Window>> Slices(int epoch)
        {
            WindowSampler sampler = Sampler();
            return sampler
                .Blocks(epoch)
                .SelectMany((parts, block) => sampler.Slices(epoch, block, parts, [.. parts.Select(part => Turns[part])]))
                .Select(slice => slice.Windows());
        }
    }
}
