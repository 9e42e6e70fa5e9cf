using System.Collections.Immutable;
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
                    WindowSampler sampler = test.Sampler();
                    foreach (int epoch in new[] { 0, 1, 7 })
                    {
                        HashSet<(int, int, int)> taken = [];
                        int windows = 0;
                        foreach (Window window in Order(sampler, epoch))
                        {
                            Assert.InRange(window.Length, 1, test.WindowTurns);
                            windows++;
                            for (int turn = window.Start; turn < window.Start + window.Length; turn++)
                            {
                                Assert.True(taken.Add((window.Group, window.Episode, turn)));
                            }
                        }
                        Assert.Equal(test.Turns.Sum(group => group.Sum()), taken.Count);
                        Assert.Equal(sampler.Blocks(epoch).Sum(block => sampler.Count(epoch, block)), windows);
                    }
                }
            )
        );

    [Fact]
    public void The_order_is_a_function_of_sizes_seed_and_epoch() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Cases), test => Order(test.Sampler(), 3).SequenceEqual(Order(test.Sampler(), 3))));

    [Fact]
    public void Another_epoch_and_another_seed_have_another_order()
    {
        ImmutableArray<ImmutableArray<int>> turns =
        [
            [9, 30, 12],
            [4, 4, 4, 4],
            [50],
        ];
        Window[] first = [.. Order(new WindowSampler(turns, 4, 1000, 1), 0)];

        Assert.NotEqual(first, Order(new WindowSampler(turns, 4, 1000, 1), 1));
        Assert.NotEqual(first, Order(new WindowSampler(turns, 4, 1000, 2), 0));
    }

    [Fact]
    public void Blocks_hold_every_group_once_and_close_when_they_have_enough_turns()
    {
        ImmutableArray<ImmutableArray<int>> turns =
        [
            [5, 5],
            [10],
            [3, 7],
            [1],
            [20],
        ];
        WindowSampler sampler = new(turns, 4, blockTurns: 12, seed: 5);

        ImmutableArray<ImmutableArray<int>> blocks = sampler.Blocks(2);

        Assert.Equal([0, 1, 2, 3, 4], blocks.SelectMany(block => block).Order());
        foreach (ImmutableArray<int> block in blocks[..^1])
        {
            Assert.True(block.Sum(group => turns[group].Sum()) >= 12);
            Assert.True(block[..^1].Sum(group => turns[group].Sum()) < 12);
        }
    }

    [Fact]
    public void An_episode_that_fits_in_a_window_is_never_cut()
    {
        WindowSampler sampler = new(
            [
                [1, 2, 3, 4, 5, 6, 7, 8],
            ],
            8,
            100,
            0
        );

        Assert.All(Order(sampler, 0), window => Assert.Equal(window.Episode + 1, window.Length));
    }

    [Fact]
    public void Cuts_differ_from_pass_to_pass()
    {
        WindowSampler sampler = new(
            [
                [40],
            ],
            8,
            100,
            0
        );

        HashSet<int> firstCuts =
        [
            .. Enumerable.Range(0, 50).Select(epoch => Order(sampler, epoch).Where(window => window.Start > 0).Min(window => window.Start)),
        ];

        Assert.Equal(Enumerable.Range(1, 8), firstCuts.Order());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void A_size_that_is_not_positive_is_refused(int window, int block) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new WindowSampler(
                [
                    [1],
                ],
                window,
                block,
                0
            )
        );

    [Fact]
    public void Nothing_to_take_from_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new WindowSampler([], 1, 1, 0));
        Assert.Throws<ArgumentException>(() =>
            new WindowSampler(
                [
                    [],
                ],
                1,
                1,
                0
            )
        );
        Assert.Throws<ArgumentException>(() =>
            new WindowSampler(
                [
                    [0],
                ],
                1,
                1,
                0
            )
        );
    }

    private static IEnumerable<Window> Order(WindowSampler sampler, int epoch)
    {
        ImmutableArray<ImmutableArray<int>> blocks = sampler.Blocks(epoch);
        return Enumerable.Range(0, blocks.Length).SelectMany(block => sampler.Windows(epoch, block, blocks[block]));
    }

    private static Gen<Case> Cases =>
        from turns in Gen.NonEmptyListOf(Gen.NonEmptyListOf(Gen.Choose(1, 30)))
        from window in Gen.Choose(1, 12)
        from block in Gen.Choose(1, 200)
        from seed in Gen.Choose(0, 1000)
        select new Case([.. turns.Select(lengths => lengths.ToImmutableArray())], window, block, seed);

    private sealed record Case(ImmutableArray<ImmutableArray<int>> Turns, int WindowTurns, int BlockTurns, int Seed)
    {
        public WindowSampler Sampler() => new(Turns, WindowTurns, BlockTurns, Seed);
    }
}
