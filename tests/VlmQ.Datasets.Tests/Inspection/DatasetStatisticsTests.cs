using VlmQ.Core.Episodes;
using VlmQ.Datasets.Inspection;
using VlmQ.Datasets.Tests.Episodes;
using VlmQ.Datasets.Tests.Support;

namespace VlmQ.Datasets.Tests.Inspection;

public sealed class DatasetStatisticsTests
{
    [Fact]
    public async Task Numbers_and_actions_of_episodes_are_summed_up()
    {
        using TemporaryFolder folder = new();
        Episode[] episodes = [.. Enumerable.Range(0, 10).Select(i => Samples.Episode(i, 1 + (i % 5), i % 4 == 0))];
        await EpisodeDatasetTests.WriteAsync(folder.Path, episodes);

        DatasetStatistics statistics = (await DatasetStatistics.OfAsync(folder.Path, actions: 1)).OrThrow();

        NumberSummary length = statistics.Numbers[0];
        Assert.Equal(("turns of an episode", 10L, 3.0), (length.Name, length.Count, length.Mean));
        Assert.Equal((1.0, 1.0, 3.0, 5.0, 5.0), (length.Least, length.Tenth, length.Median, length.Ninetieth, length.Greatest));
        Assert.Equal(Math.Sqrt(2), length.Deviation, 1e-12);
        Turn[] turns = [.. episodes.SelectMany(episode => episode.Turns)];
        Assert.Equal(turns.Average(turn => turn.Reward), statistics.Numbers.Single(n => n.Name == "reward of a turn").Mean, 1e-6);
        ActionCount most = Assert.Single(statistics.Actions);
        Assert.Equal((turns.Count(turn => turn.Action == "+"), "+"), (most.Turns, most.Action));
        Assert.Equal(1, statistics.OtherActions);
    }

    [Fact]
    public async Task Transitions_are_summed_up_by_tokens()
    {
        using TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(folder.Path, TransitionFolders.Episodes(10));

        DatasetStatistics statistics = (await DatasetStatistics.OfAsync(folder.Path)).OrThrow();

        Assert.Equal(3, statistics.Numbers.Single(number => number.Name == "tokens of a prompt").Median);
        Assert.Empty(statistics.Actions);
    }

    [Fact]
    public void Percentiles_of_many_numbers_come_from_a_sample()
    {
        NumberCounter counter = new("x");
        for (int i = 0; i < 300_000; i++)
        {
            counter.Add(i);
        }
        NumberSummary summary = counter.Summary()!;
        Assert.Equal((300_000L, 0.0, 299_999.0), (summary.Count, summary.Least, summary.Greatest));
        Assert.Equal(149_999.5, summary.Mean, 1e-6);
        Assert.InRange(summary.Median, 147_000, 153_000);
        Assert.InRange(summary.Tenth, 28_000, 32_000);
    }
}
