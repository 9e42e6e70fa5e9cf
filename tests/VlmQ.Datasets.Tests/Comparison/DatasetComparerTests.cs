using VlmQ.Core.Episodes;
using VlmQ.Datasets.Comparison;
using VlmQ.Datasets.Tests.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Tests.Comparison;

public sealed class DatasetComparerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Datasets_of_the_same_episodes_are_equal_however_they_are_cut()
    {
        await EpisodeDatasetTests.WriteAsync(_folder["a"], Episodes(0, 20));
        await EpisodeDatasetTests.WriteAsync(_folder["b"], Episodes(0, 20), new DatasetWriterOptions());

        DatasetDifference difference = (await DatasetComparer.CompareAsync(_folder["a"], _folder["b"])).OrThrow();

        Assert.True(difference.Equal);
        Assert.Equal(20, difference.Same);
        Assert.NotEqual(difference.Left.ContentDigest(), difference.Right.ContentDigest());
    }

    [Fact]
    public async Task Episodes_of_one_alone_and_columns_that_differ_are_named()
    {
        Episode old = Samples.Episode(5, 2, false);
        Turn turn = old.Turns[1];
        Turn changed = new(turn.Observation, new Reply("else"), turn.Action, turn.Reward + 1, turn.Terminated, turn.Truncated, turn.Info);
        await EpisodeDatasetTests.WriteAsync(_folder["a"], [.. Episodes(0, 5), old]);
        Episode other = new(old.Id, old.Environment, old.Seed, old.Policy, [old.Turns[0], changed], null, old.Success);
        await EpisodeDatasetTests.WriteAsync(_folder["b"], [.. Episodes(2, 3), other, .. Episodes(8, 2)]);

        DatasetDifference difference = (await DatasetComparer.CompareAsync(_folder["a"], _folder["b"], limit: 1)).OrThrow();

        Assert.False(difference.Equal);
        Assert.Equal((3L, 1L, 2L, 2L), (difference.Same, difference.Changed, difference.OnlyLeft, difference.OnlyRight));
        Assert.Equal(["reply", "reward"], Assert.Single(difference.ChangedEpisodes).Columns);
        Assert.Equal(("episode-00000", "episode-00008"), (difference.OnlyLeftEpisodes.Single(), difference.OnlyRightEpisodes.Single()));
    }

    [Fact]
    public async Task Another_order_is_a_difference_and_another_kind_is_a_fault()
    {
        await TransitionFolders.WriteAsync(_folder["a"], TransitionFolders.Episodes(4));
        await TransitionFolders.WriteAsync(_folder["b"], TransitionFolders.Episodes(4).Reverse());
        await EpisodeDatasetTests.WriteAsync(_folder["e"], Episodes(0, 2));

        DatasetDifference difference = (await DatasetComparer.CompareAsync(_folder["a"], _folder["b"])).OrThrow();

        Assert.Equal((4L, false, false), (difference.Same, difference.SameOrder, difference.Equal));
        Assert.Equal(_folder["e"], TransitionFolders.FaultOf(await DatasetComparer.CompareAsync(_folder["a"], _folder["e"])).Where);
    }

    private static IEnumerable<Episode> Episodes(int first, int count) =>
        Enumerable.Range(first, count).Select(i => Samples.Episode(i, 1 + (i % 4), i % 2 == 0, sampled: i % 3 == 0));
}
