using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Inspection;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Tests.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Writing;

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replies_that_named_no_action_are_counted_by_environment_policy_and_kind_if_it_is_known_how_they_were_read(bool known)
    {
        using TemporaryFolder folder = new();
        DatasetHeader header = Samples.Header();
        header = known ? header with { Properties = header.Properties.Add("parser", "strict") } : header;
        await using (DatasetWriter<StoredEpisode> writer = EpisodeDataset.OpenWriter(folder.Path, header).OrThrow())
        {
            await writer.WriteAsync(Replied(0, "a", "{\"action\": \"+\"}", "what?", ""));
            await writer.WriteAsync(Replied(1, "b", "what?", "{\"action\": \"up\"}", "{\"action\": \"-\"}", "{\"act"));
            await writer.CompleteAsync();
        }

        DatasetStatistics statistics = (await DatasetStatistics.OfAsync(folder.Path)).OrThrow();

        Assert.Equal(
            [(Samples.NumberLine, "a"), (Samples.NumberLine, "b")],
            statistics.Replies.Select(row => (row.Environment, row.Policy))
        );
        Assert.Equal([3L, 4L], statistics.Replies.Select(group => group.Replies.Replies));
        Assert.Equal([1L, 1L], statistics.Replies.Select(group => group.Replies.Valid));
        Assert.Equal(known ? [0L, 0L] : [2L, 3L], statistics.Replies.Select(group => group.Replies.Unexplained));
        Dictionary<string, long>[] expected = known
            ?
            [
                new() { ["no_json"] = 1, ["empty"] = 1 },
                new()
                {
                    ["no_json"] = 1,
                    ["unknown_action"] = 1,
                    ["truncated"] = 1,
                },
            ]
            :
            [
                [],
                [],
            ];
        Assert.Equal(
            expected.Select(kinds => kinds.OrderBy(pair => pair.Key, StringComparer.Ordinal)),
            statistics.Replies.Select(group => group.Replies.Failures.ToDictionary().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        );
        DatasetReader<StoredEpisode> reader = EpisodeDataset.OpenReader(folder.Path).OrThrow();
        Assert.Equal(statistics.Replies, await DatasetReplies.CountAsync(reader, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Transitions_are_summed_up_by_tokens()
    {
        using TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(folder.Path, TransitionFolders.Episodes(10));

        DatasetStatistics statistics = (await DatasetStatistics.OfAsync(folder.Path)).OrThrow();

        Assert.Equal(3, statistics.Numbers.Single(number => number.Name == "tokens of a prompt").Median);
        Assert.Empty(statistics.Actions);
        Assert.Equal(("", ""), (statistics.Replies.Single().Environment, statistics.Replies.Single().Policy));
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

    /// <summary>An episode of NumberLine in which a reply names an action where the strict parser reads one.</summary>
    private static StoredEpisode Replied(int index, string policy, params string[] replies)
    {
        ReplyReader reader = new(ActionParser.Strict, ["-", "+"]);
        StoredObservation seen = new(PictureCodec.Encode(Samples.Image(1)), "goal", "");
        return new StoredEpisode(
            $"episode-{index}",
            Samples.NumberLine,
            index,
            policy,
            [
                .. replies.Select(
                    (reply, i) =>
                        new StoredTurn(
                            seen,
                            new Reply(reply),
                            reader.Read(reply) is ParsedReply.Action named ? named.Text : null,
                            0,
                            false,
                            i == replies.Length - 1
                        )
                ),
            ],
            seen,
            false
        );
    }
}
