using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Tests.Transitions;

public sealed class TransitionDatasetTests
{
    [Fact]
    public async Task Transitions_come_back_as_they_were()
    {
        using TemporaryFolder folder = new();
        TransitionEpisode[] episodes = [.. TransitionFolders.Episodes(40)];
        await TransitionFolders.WriteAsync(folder.Path, episodes);

        DatasetReader<TransitionEpisode> reader = TransitionDataset.OpenReader(folder.Path).OrThrow();

        int count = 0;
        await foreach (TransitionEpisode episode in reader.ReadAsync())
        {
            Same.Transitions(episodes[count++], episode);
        }
        Assert.Equal(40, count);
        Assert.True(reader.Manifest.Parts.Length > 5);
        Assert.Equal(episodes.Sum(episode => episode.Rows.Length), reader.Manifest.Rows);
        Assert.Equal(episodes.Sum(episode => episode.Turns), reader.Manifest.Turns);
    }

    [Fact]
    public async Task The_columns_are_those_of_the_format()
    {
        using TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(folder.Path, TransitionFolders.Episodes(1));

        await using FileStream stream = File.OpenRead(folder["part-00000.parquet"]);
        await using Parquet.ParquetReader reader = await Parquet.ParquetReader.CreateAsync(stream);

        Assert.Equal(
            [
                "episode_id",
                "turn",
                "prompt_ids/list/element",
                "reply_ids/list/element",
                "rewards/list/element",
                "valid",
                "terminated",
                "truncated",
                "return_to_go",
                "behavior_logprobs/list/element",
                "image/bytes",
                "image/path",
            ],
            reader.Schema.DataFields.Select(field => field.Path.ToString())
        );
        Assert.Equal("vlmq-transitions", reader.CustomMetadata["vlmq.format"]);
    }

    [Fact]
    public void A_model_of_another_vocabulary_is_refused()
    {
        DatasetManifest manifest = new()
        {
            Kind = DatasetKind.Transitions,
            Digests = Samples.Header().Digests.Add(DigestNames.Tokenizer, "abc"),
        };

        Assert.Null(TransitionDataset.CheckTokenizer(manifest, "abc", "data/x"));
        Fault fault = TransitionDataset.CheckTokenizer(manifest, "def", "data/x")!;
        Assert.Equal((FaultKind.Data, "data/x"), (fault.Kind, fault.Where));
        Assert.Contains("abc", fault.What, StringComparison.Ordinal);
        Assert.Contains("def", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void An_episode_has_its_turns_in_order_and_ends_once()
    {
        TransitionEpisode episode = Samples.Transitions(1, 3, truncated: true);

        Assert.Throws<ArgumentException>(() => new TransitionEpisode([]));
        Assert.Throws<ArgumentException>(() => new TransitionEpisode([.. episode.Rows.Reverse()]));
        Assert.Throws<ArgumentException>(() => new TransitionEpisode(episode.Rows[..2]));
        Assert.Throws<ArgumentException>(() => new TransitionEpisode(episode.Rows[..3]));
        Assert.Throws<ArgumentException>(() => new TransitionEpisode(episode.Rows[3..]));
    }
}
