using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Sampling;

namespace VlmQ.Core.Tests.Sampling;

public sealed class ShareTests
{
    [Fact]
    public void Every_window_is_one_rank_s_and_every_rank_has_a_batch_a_step() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Arb.From(Gen.Choose(1, 9).Zip(Gen.Choose(1, 9))),
                sizes =>
                {
                    (int world, int batch) = sizes;
                    Share[] ranks = [.. Enumerable.Range(0, world).Select(rank => new Share(rank, world))];
                    int[] taken = new int[world];
                    for (long window = 0; window < 5L * world * batch; window++)
                    {
                        taken[Assert.Single(ranks, rank => rank.Takes(window, batch)).Rank]++;
                        bool ends = ranks[0].EndsStep(window, batch);
                        Assert.Equal(ends, taken.All(count => count % batch == 0 && count == taken[0]));
                    }
                }
            )
        );

    [Fact]
    public void One_trainer_takes_everything()
    {
        Assert.Equal(new Share(0, 1), Share.All);
        Assert.Equal((0, 1), (Share.All.Rank, Share.All.World));
        Assert.True(Share.All.Takes(12345, 8));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 2)]
    [InlineData(2, 2)]
    public void A_rank_outside_the_world_is_refused(int rank, int world) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Share(rank, world));
}
