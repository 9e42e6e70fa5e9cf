using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Tests.Episodes;

public sealed class EpisodeDatasetTests
{
    [Fact]
    public void Arbitrary_episodes_come_back_as_they_were() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(30),
            Prop.ForAll(
                Arb.From(Gen.NonEmptyListOf(Samples.Episodes)),
                episodes =>
                {
                    using TemporaryFolder folder = new();
                    WriteAsync(folder.Path, episodes).GetAwaiter().GetResult();
                    List<Episode> read = ReadAsync(folder.Path).GetAwaiter().GetResult();
                    Assert.Equal(episodes.Count, read.Count);
                    for (int i = 0; i < episodes.Count; i++)
                    {
                        Same.Episodes(episodes[i], read[i]);
                    }
                }
            )
        );

    [Fact]
    public async Task Equal_episodes_make_equal_bytes()
    {
        using TemporaryFolder first = new();
        using TemporaryFolder second = new();
        Episode[] episodes = [.. Enumerable.Range(0, 20).Select(i => Samples.Episode(i, 1 + (i % 7), i % 2 == 0, i % 3 == 0))];

        await WriteAsync(first.Path, episodes);
        await WriteAsync(second.Path, episodes);

        Same.Folders(first.Path, second.Path);
    }

    [Fact]
    public async Task Skipping_episodes_gives_the_rest()
    {
        using TemporaryFolder folder = new();
        await WriteAsync(folder.Path, [.. Enumerable.Range(0, 30).Select(i => Samples.Episode(i, 1 + (i % 7), i % 2 == 0))]);
        DatasetReader<StoredEpisode> reader = EpisodeDataset.OpenReader(folder.Path).OrThrow();
        Assert.True(reader.Manifest.Parts.Length > 3);

        for (int skip = 0; skip <= 31; skip++)
        {
            List<string> ids = [];
            await foreach (StoredEpisode episode in reader.ReadAsync(skip))
            {
                ids.Add(episode.Id);
            }
            Assert.Equal(Enumerable.Range(0, 30).Skip(skip).Select(i => $"episode-{i:D5}"), ids);
        }
    }

    [Fact]
    public async Task The_manifest_counts_turns_rows_and_episodes()
    {
        using TemporaryFolder folder = new();
        await WriteAsync(folder.Path, [Samples.Episode(1, 3, truncated: true), Samples.Episode(2, 4, truncated: false)]);

        var manifest = EpisodeDataset.OpenReader(folder.Path).OrThrow().Manifest;

        Assert.Equal((8, 7, 2), (manifest.Rows, manifest.Turns, manifest.Episodes));
        Assert.True(manifest.Complete);
        Assert.Equal(2, manifest.Consumed);
    }

    [Fact]
    public async Task The_parts_are_readable_by_anything_that_reads_Parquet()
    {
        using TemporaryFolder folder = new();
        await WriteAsync(folder.Path, [Samples.Episode(1, 3, truncated: true, sampled: true)]);

        await using FileStream stream = File.OpenRead(folder["part-00000.parquet"]);
        await using Parquet.ParquetReader reader = await Parquet.ParquetReader.CreateAsync(stream);

        Assert.Equal(
            [
                "episode_id",
                "turn",
                "env",
                "seed",
                "policy",
                "goal",
                "text",
                "image/bytes",
                "image/path",
                "reply",
                "reply_ids/list/element",
                "tokenizer",
                "action",
                "reward",
                "terminated",
                "truncated",
                "success",
                "info",
            ],
            reader.Schema.DataFields.Select(field => field.Path.ToString())
        );
        Assert.Equal("vlmq-episodes", reader.CustomMetadata["vlmq.format"]);
        Assert.Equal("1", reader.CustomMetadata["vlmq.version"]);
        Assert.Contains("\"image\":{\"_type\":\"Image\"}", reader.CustomMetadata["huggingface"], StringComparison.Ordinal);
        Assert.Contains(
            "\"reply_ids\":{\"feature\":{\"dtype\":\"int32\",\"_type\":\"Value\"},\"_type\":\"Sequence\"}",
            reader.CustomMetadata["huggingface"],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_card_opens_with_front_matter_that_names_the_parts_and_features()
    {
        using TemporaryFolder folder = new();
        await WriteAsync(folder.Path, [Samples.Episode(1, 3, truncated: true)]);

        string card = await File.ReadAllTextAsync(folder["README.md"]);

        Assert.StartsWith("---\npretty_name: \"Sample\"\n", card, StringComparison.Ordinal);
        Assert.Contains("    path: part-*.parquet\n", card, StringComparison.Ordinal);
        Assert.Contains("  - name: image\n    dtype: image\n", card, StringComparison.Ordinal);
        Assert.Contains("  - name: reply_ids\n    sequence: int32\n", card, StringComparison.Ordinal);
        Assert.Contains("num_examples: 4\n", card, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        Fault fault = FaultOf(EpisodeDataset.OpenReader("/nowhere/at-all"));

        Assert.Equal("/nowhere/at-all", fault.Where);
        Assert.Equal(FaultKind.Data, fault.Kind);
    }

    [Fact]
    public async Task Transitions_are_not_read_as_episodes()
    {
        using TemporaryFolder folder = new();
        await WriteAsync(folder.Path, [Samples.Episode(1, 3, truncated: true)]);

        Fault fault = FaultOf(Datasets.Transitions.TransitionDataset.OpenReader(folder.Path));

        Assert.Contains("vlmq-episodes", fault.What, StringComparison.Ordinal);
    }

    internal static async Task WriteAsync(string folder, IEnumerable<Episode> episodes, DatasetWriterOptions? options = null)
    {
        await using DatasetWriter<StoredEpisode> writer = EpisodeDataset
            .OpenWriter(folder, Samples.Header(), options ?? Samples.SmallParts)
            .OrThrow();
        foreach (Episode episode in episodes)
        {
            await writer.WriteAsync(EpisodeStorage.Encode(episode));
        }
        await writer.CompleteAsync();
    }

    internal static async Task<List<Episode>> ReadAsync(string folder)
    {
        List<Episode> episodes = [];
        await foreach (StoredEpisode episode in EpisodeDataset.OpenReader(folder).OrThrow().ReadAsync())
        {
            episodes.Add(EpisodeStorage.Decode(episode).OrThrow());
        }
        return episodes;
    }

    private static Fault FaultOf<T>(Result<T> result) => Assert.IsType<Result<T>.Failed>(result).Fault;
}
