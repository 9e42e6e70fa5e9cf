using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Randomness;
using VlmQ.Core.Sampling;

namespace VlmQ.Core.Tests.Sampling;

public sealed class ShareTests
{
    [Fact]
    public void Every_window_of_a_step_is_one_rank_s_equally_many_are_each_s_and_lower_ranks_take_earlier_places() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Arb.From(Gen.Choose(1, 9).Zip(Gen.Choose(1, 9)).Zip(Gen.Choose(0, 1000))),
                sizes =>
                {
                    ((int world, int batch), int seed) = sizes;
                    int[] step = [.. Enumerable.Range(0, world * batch)];
                    RandomKey.Of(seed, "test").Cursor().Shuffle<int>(step);

                    int[][] dealt = [.. Enumerable.Range(0, world).Select(rank => new Share(rank, world).Deal<int>(step, Compare))];

                    Assert.All(dealt, mine => Assert.Equal(batch, mine.Length));
                    Assert.All(dealt, mine => Assert.Equal(mine.Order(), mine));
                    Assert.Equal(Enumerable.Range(0, step.Length), dealt.SelectMany(mine => mine.Select(i => step[i]).Order()));
                }
            )
        );

    [Fact]
    public void One_trainer_takes_everything()
    {
        Assert.Equal(new Share(0, 1), Share.All);
        Assert.Equal((0, 1), (Share.All.Rank, Share.All.World));
        Assert.Equal([0, 1, 2], Share.All.Deal<int>([30, 10, 20], Compare));
    }

    [Fact]
    public void A_step_that_ranks_cannot_have_equally_of_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Share(0, 2).Deal<int>([1, 2, 3], Compare));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 2)]
    [InlineData(2, 2)]
    public void A_rank_outside_the_world_is_refused(int rank, int world) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Share(rank, world));

    private static int Compare(int a, int b) => a.CompareTo(b);
}
