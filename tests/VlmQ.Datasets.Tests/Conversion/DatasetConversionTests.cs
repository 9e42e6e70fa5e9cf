using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Tests.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Conversion;

public sealed class DatasetConversionTests
{
    private const int Count = 30;

    private static readonly ConversionOptions Options = new()
    {
        Prompts = ShippedPrompts.Brief,
        ImageSize = 8,
        Writer = Samples.SmallParts,
    };

    [Fact]
    public async Task The_number_of_workers_changes_no_byte()
    {
        using TemporaryFolder folder = await SourceAsync();
        foreach (int workers in (int[])[1, 2, 4])
        {
            await ConvertAsync(folder, $"out{workers}", Options with { Workers = workers });
        }

        Same.Folders(folder["out1"], folder["out2"]);
        Same.Folders(folder["out1"], folder["out4"]);
    }

    [Fact]
    public async Task Interruptions_change_no_byte()
    {
        using TemporaryFolder folder = await SourceAsync();
        await ConvertAsync(folder, "whole", Options);
        for (int parts = 0; parts < 4; parts++)
        {
            string name = $"cut{parts}";
            using CancellationTokenSource stop = new();
            Task<Result<ConversionSummary>> running = DatasetConversion.RunAsync(
                folder["episodes"],
                folder[name],
                Tokenizers.Tiny,
                Options with
                {
                    Workers = 2,
                },
                null,
                stop.Token
            );
            while (!running.IsCompleted && !File.Exists(Path.Combine(folder[name], PartEntry.NameOf(parts))))
            {
                await Task.Yield();
            }
            await stop.CancelAsync();
            await Task.WhenAny(running);

            ConversionSummary summary = await ConvertAsync(folder, name, Options);

            Assert.True(summary.Manifest.Complete);
            Same.Folders(folder["whole"], folder[name]);
        }
    }

    [Fact]
    public async Task A_finished_conversion_is_not_done_again()
    {
        using TemporaryFolder folder = await SourceAsync();
        await ConvertAsync(folder, "out", Options);
        DateTime written = File.GetLastWriteTimeUtc(folder["out/manifest.json"]);

        ConversionSummary summary = await ConvertAsync(folder, "out", Options);

        Assert.Equal(Count, summary.Resumed);
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder["out/manifest.json"]));
    }

    [Fact]
    public async Task Tokens_rewards_and_pictures_are_what_the_rules_say()
    {
        using TemporaryFolder folder = await SourceAsync();
        await ConvertAsync(folder, "out", Options);
        TextTokenizer tokenizer = Tokenizers.Tiny;
        List<TransitionEpisode> converted = await ReadAsync(folder["out"]);

        Assert.Equal(Count, converted.Count);
        for (int i = 0; i < Count; i++)
        {
            Episode source = SourceEpisode(i);
            TransitionEpisode episode = converted[i];
            Assert.Equal(source.Id, episode.Id);
            Assert.Equal(source.FinalObservation is not null, episode.Rows.Length > episode.Turns);
            for (int turn = 0; turn < source.Turns.Length; turn++)
            {
                StoredTransition row = episode.Rows[turn];
                Assert.Equal(1, row.Transition.PromptIds.Count(id => id == tokenizer.ImageToken));
                Assert.Equal([.. tokenizer.EncodePlain(source.Turns[turn].Reply.Text), tokenizer.EndToken], row.Transition.ReplyIds);
                Assert.Equal(source.Turns[turn].Reward, row.Transition.Rewards[^1]);
                Assert.Equal(source.Turns[turn].Action is not null, row.Transition.Valid);
                Assert.Equal(
                    PillowResampler.Bicubic(source.Turns[turn].Observation.Image, 8, 8),
                    PictureCodec.Decode(row.Picture.AsSpan(), "x").OrThrow()
                );
            }
        }
    }

    [Fact]
    public async Task Pictures_that_are_kept_keep_their_bytes()
    {
        using TemporaryFolder folder = await SourceAsync();
        await ConvertAsync(folder, "out", Options with { ImageSize = null });

        TransitionEpisode episode = (await ReadAsync(folder["out"]))[3];

        Assert.Equal(PictureCodec.Encode(SourceEpisode(3).Turns[0].Observation.Image), episode.Rows[0].Picture);
    }

    [Fact]
    public async Task Episodes_that_cannot_be_used_are_noted_with_their_fault_and_counted()
    {
        using TemporaryFolder folder = new();
        await using (var writer = EpisodeDataset.OpenWriter(folder["episodes"], Samples.Header(), Samples.SmallParts).OrThrow())
        {
            for (int i = 0; i < 12; i++)
            {
                StoredEpisode episode = EpisodeStorage.Encode(SourceEpisode(i));
                await writer.WriteAsync(i % 4 == 1 ? WithBadPicture(episode) : episode);
            }
            await writer.CompleteAsync();
        }

        ConversionSummary one = await ConvertAsync(folder, "one", Options);
        await ConvertAsync(folder, "two", Options with { Workers = 2 });

        Assert.Equal((9, 3, 12), (one.Manifest.Episodes, one.Manifest.Rejects, one.Manifest.Consumed));
        Same.Folders(folder["one"], folder["two"]);
        string[] lines = await File.ReadAllLinesAsync(folder["one/rejects.jsonl"]);
        Assert.Equal(
            ["episode-00001", "episode-00005", "episode-00009"],
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("episode").GetString())
        );
        Assert.Contains("PNG", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task If_no_episode_can_be_used_that_is_a_fault()
    {
        using TemporaryFolder folder = await SourceAsync();

        Fault fault = await FaultAsync(folder, Options with { PromptLimit = 1 });

        Assert.Equal((FaultKind.Data, folder["out/rejects.jsonl"]), (fault.Kind, fault.Where));
    }

    [Fact]
    public async Task An_environment_without_the_template_is_named_before_anything_is_written()
    {
        using TemporaryFolder folder = await SourceAsync();

        Fault fault = await FaultAsync(folder, Options with { Prompts = ShippedPrompts.Brief with { Name = "no-such" } });

        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Contains("no-such", fault.What, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public async Task Another_configuration_does_not_go_on_with_a_half_finished_dataset()
    {
        using TemporaryFolder folder = await SourceAsync();
        await ConvertAsync(folder, "out", Options);

        Fault fault = await FaultAsync(folder, Options with { ImageSize = 9 });

        Assert.Equal((FaultKind.Configuration, folder["out"]), (fault.Kind, fault.Where));
        Assert.Contains("config", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unfinished_source_is_refused()
    {
        using TemporaryFolder folder = new();
        await using (var writer = EpisodeDataset.OpenWriter(folder["episodes"], Samples.Header(), Samples.SmallParts).OrThrow())
        {
            await writer.WriteAsync(EpisodeStorage.Encode(SourceEpisode(1)));
        }

        Assert.Contains("not complete", (await FaultAsync(folder, Options)).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_source_stops_the_conversion_and_a_restored_one_goes_on()
    {
        using TemporaryFolder folder = await SourceAsync();
        await ConvertAsync(folder, "whole", Options);
        string part = folder["episodes/part-00002.parquet"];
        byte[] bytes = await File.ReadAllBytesAsync(part);
        bytes[99] ^= 1;
        await File.WriteAllBytesAsync(part, bytes);

        Fault fault = await FaultAsync(folder, Options);
        bytes[99] ^= 1;
        await File.WriteAllBytesAsync(part, bytes);
        await ConvertAsync(folder, "out", Options);

        Assert.Equal(part, fault.Where);
        Same.Folders(folder["whole"], folder["out"]);
    }

    private static Episode SourceEpisode(int i) => Samples.Episode(i, 1 + (i * 5 % 9), i % 2 == 0, size: 12);

    private static async Task<TemporaryFolder> SourceAsync()
    {
        TemporaryFolder folder = new();
        await EpisodeDatasetTests.WriteAsync(folder["episodes"], Enumerable.Range(0, Count).Select(SourceEpisode));
        return folder;
    }

    private static async Task<ConversionSummary> ConvertAsync(TemporaryFolder folder, string name, ConversionOptions options) =>
        (await DatasetConversion.RunAsync(folder["episodes"], folder[name], Tokenizers.Tiny, options)).OrThrow();

    private static async Task<Fault> FaultAsync(TemporaryFolder folder, ConversionOptions options) =>
        TransitionFolders.FaultOf(await DatasetConversion.RunAsync(folder["episodes"], folder["out"], Tokenizers.Tiny, options));

    private static async Task<List<TransitionEpisode>> ReadAsync(string folder)
    {
        List<TransitionEpisode> episodes = [];
        await foreach (TransitionEpisode episode in TransitionDataset.OpenReader(folder).OrThrow().ReadAsync())
        {
            episodes.Add(episode);
        }
        return episodes;
    }

    private static StoredEpisode WithBadPicture(StoredEpisode episode)
    {
        StoredTurn turn = episode.Turns[0];
        StoredTurn bad = new(
            turn.Observation with
            {
                Picture = turn.Observation.Picture[..30],
            },
            turn.Reply,
            turn.Action,
            turn.Reward,
            turn.Terminated,
            turn.Truncated
        );
        return new StoredEpisode(
            episode.Id,
            episode.Environment,
            episode.Seed,
            episode.Policy,
            episode.Turns.SetItem(0, bad),
            episode.FinalObservation,
            episode.Success
        );
    }
}
