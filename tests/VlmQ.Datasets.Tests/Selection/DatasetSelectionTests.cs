using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Selection;
using VlmQ.Datasets.Tests.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Tests.Selection;

public sealed class DatasetSelectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_split_gives_each_share_its_episodes_and_loses_none()
    {
        Episode[] episodes = await WriteAsync("all", 50);

        await SplitAsync("split");

        List<Episode> train = await EpisodeDatasetTests.ReadAsync(_folder["split/train"]);
        List<Episode> test = await EpisodeDatasetTests.ReadAsync(_folder["split/test"]);
        Assert.Equal((40, 10), (train.Count, test.Count));
        Assert.Equal(episodes.Select(episode => episode.Id), train.Concat(test).Select(episode => episode.Id).Order());
        Assert.Equal(train.Select(episode => episode.Id).Order(), train.Select(episode => episode.Id));
        Dictionary<string, Episode> byId = episodes.ToDictionary(episode => episode.Id);
        Assert.All(test, episode => Same.Episodes(byId[episode.Id], episode));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_and_another_one_another_split()
    {
        await WriteAsync("all", 50);
        await SplitAsync("a");
        await SplitAsync("b");
        await SplitAsync("c", seed: 2);

        Same.Folders(_folder["a/train"], _folder["b/train"]);
        Same.Folders(_folder["a/test"], _folder["b/test"]);
        Assert.NotEqual(
            (await EpisodeDatasetTests.ReadAsync(_folder["a/test"])).Select(episode => episode.Id),
            (await EpisodeDatasetTests.ReadAsync(_folder["c/test"])).Select(episode => episode.Id)
        );
    }

    [Fact]
    public async Task A_split_that_was_stopped_goes_on_to_the_same_bytes()
    {
        await WriteAsync("all", 60);
        await SplitAsync("whole");
        foreach (int stop in new[] { 5, 31, 59 })
        {
            using CancellationTokenSource source = new();
            Countdown countdown = new(stop, source);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SplitAsync($"cut{stop}", 1, countdown, source.Token));
            await SplitAsync($"cut{stop}");
            Same.Folders(_folder["whole/train"], _folder[$"cut{stop}/train"]);
            Same.Folders(_folder["whole/test"], _folder[$"cut{stop}/test"]);
        }
    }

    [Fact]
    public async Task A_filter_keeps_the_episodes_that_it_holds_for()
    {
        Episode[] episodes = await WriteAsync("all", 40);

        (await DatasetSelection.FilterAsync(_folder["all"], "success and length <= 3", _folder["good"], Samples.SmallParts)).OrThrow();

        Assert.Equal(
            episodes.Where(episode => episode.Success == true && episode.Turns.Length <= 3).Select(episode => episode.Id),
            (await EpisodeDatasetTests.ReadAsync(_folder["good"])).Select(episode => episode.Id)
        );
    }

    [Fact]
    public async Task A_sample_has_exactly_as_many_episodes_as_asked_for()
    {
        await WriteAsync("all", 40);
        RemadeDataset sample = Assert.Single(
            (await DatasetSelection.SampleAsync(_folder["all"], 7, _folder["sample"], 3, Samples.SmallParts)).OrThrow()
        );

        Assert.Equal(7, sample.Manifest.Episodes);
        Fault fault = TransitionFolders.FaultOf(
            await DatasetSelection.SampleAsync(_folder["all"], 41, _folder["more"], 3, Samples.SmallParts)
        );
        Assert.Equal("there are 40 episodes, fewer than 41", fault.What);
        Assert.False(Directory.Exists(_folder["more"]));
    }

    [Fact]
    public async Task Merged_halves_hold_what_the_whole_held_and_twins_are_refused_or_renamed()
    {
        await TransitionFolders.WriteAsync(_folder["t"], TransitionFolders.Episodes(10));

        Fault twins = TransitionFolders.FaultOf(await MergeAsync(rename: false));
        RemadeDataset both = Assert.Single((await MergeAsync(rename: true)).OrThrow());

        Assert.Equal("the episode 'episode-00000' comes twice", twins.What);
        Assert.Equal(20, both.Manifest.Episodes);
        List<string> ids = [];
        await foreach (TransitionEpisode episode in TransitionDataset.OpenReader(both.Folder).OrThrow().ReadAsync())
        {
            ids.Add(episode.Id);
        }
        Assert.Equal(("0/episode-00000", "1/episode-00000"), (ids[0], ids[10]));
    }

    [Fact]
    public async Task Datasets_of_different_kinds_are_not_merged()
    {
        await TransitionFolders.WriteAsync(_folder["t"], TransitionFolders.Episodes(3));
        await WriteAsync("e", 3);

        Fault fault = TransitionFolders.FaultOf(
            await DatasetSelection.MergeAsync([_folder["t"], _folder["e"]], _folder["both"], false, Samples.SmallParts)
        );

        Assert.Equal((_folder["e"], "it is of another kind than " + _folder["t"]), (fault.Where, fault.What));
    }

    [Fact]
    public async Task Episodes_that_were_made_otherwise_are_merged_and_the_manifest_says_in_what_they_differ()
    {
        await WriteAsync("a", 0, Properties(("parser", "strict"), ("penalty", "-1")), template: "t");
        await WriteAsync("b", 5, Properties(("parser", "strict"), ("penalty", "-2"), ("observations", "text")), template: "u");

        RemadeDataset both = Assert.Single(
            (await DatasetSelection.MergeAsync([_folder["a"], _folder["b"]], _folder["both"], false, Samples.SmallParts)).OrThrow()
        );

        Assert.Equal(10, both.Manifest.Episodes);
        Assert.Equal("strict", both.Manifest.Properties["parser"]);
        Assert.Equal(PropertyValues.Differs, both.Manifest.Properties["penalty"]);
        Assert.Equal(PropertyValues.Differs, both.Manifest.Properties["observations"]);
        Assert.DoesNotContain(DigestNames.Template, both.Manifest.Digests.Keys);
    }

    [Fact]
    public async Task Transitions_of_another_tokenizer_or_template_are_not_merged()
    {
        foreach ((string name, string tokenizer, string template) in new[] { ("a", "x", "t"), ("b", "y", "t"), ("c", "x", "u") })
        {
            DatasetHeader header = Samples.Header();
            await using DatasetWriter<TransitionEpisode> writer = TransitionDataset
                .OpenWriter(
                    _folder[name],
                    header with
                    {
                        Digests = header.Digests.Add(DigestNames.Tokenizer, tokenizer).Add(DigestNames.Template, template),
                    },
                    Samples.SmallParts
                )
                .OrThrow();
            await writer.CompleteAsync();
        }

        foreach ((string other, string what) in new[] { ("b", "tokenizer"), ("c", "template") })
        {
            Fault fault = TransitionFolders.FaultOf(
                await DatasetSelection.MergeAsync([_folder["a"], _folder[other]], _folder["both"], false, Samples.SmallParts)
            );
            Assert.Equal((_folder[other], $"it was made with another {what} than {_folder["a"]}"), (fault.Where, fault.What));
        }
    }

    [Theory]
    [InlineData("train=0.9,test=0.2", "the shares sum to 1.1, not to 1")]
    [InlineData("a=0.5,a=0.5", "'a' comes twice")]
    [InlineData("../x=1", "'../x=1' is no share")]
    [InlineData("train", "'train' is no share")]
    [InlineData("train=-1,test=2", "'train=-1' is no share")]
    public void Wrong_shares_are_refused(string shares, string said) =>
        Assert.Equal(said, TransitionFolders.FaultOf(SplitShare.Parse(shares)).What);

    [Fact]
    public void Random_choices_fill_all_places_and_are_even()
    {
        int[] first = new int[3];
        for (int seed = 0; seed < 3000; seed++)
        {
            EpisodeRouter router = EpisodeRouters.Random([2, 3, 1], 2, RandomKey.Of(seed, "test"));
            int[] targets = [.. Enumerable.Range(0, 6).Select(_ => router(default))];
            Assert.Equal((2, 3, 1), (targets.Count(t => t == 0), targets.Count(t => t == 1), targets.Count(t => t == -1)));
            first[targets[^1] + 1]++;
        }
        Assert.InRange(first[0], 420, 580);
        Assert.InRange(first[1], 900, 1100);
        Assert.InRange(first[2], 1400, 1600);
    }

    private async Task<Episode[]> WriteAsync(string name, int count)
    {
        Episode[] episodes = [.. Enumerable.Range(0, count).Select(i => Samples.Episode(i, 1 + (i % 5), i % 4 == 0))];
        await EpisodeDatasetTests.WriteAsync(_folder[name], episodes);
        return episodes;
    }

    private async Task WriteAsync(string name, int first, ImmutableSortedDictionary<string, string> properties, string template)
    {
        DatasetHeader header = Samples.Header() with { Properties = properties };
        header = header with { Digests = header.Digests.Add(DigestNames.Template, template) };
        await using DatasetWriter<StoredEpisode> writer = EpisodeDataset.OpenWriter(_folder[name], header, Samples.SmallParts).OrThrow();
        foreach (int index in Enumerable.Range(first, 5))
        {
            await writer.WriteAsync(EpisodeStorage.Encode(Samples.Episode(index, 2, false)));
        }
        await writer.CompleteAsync();
    }

    private static ImmutableSortedDictionary<string, string> Properties(params (string Name, string Value)[] properties) =>
        properties.ToImmutableSortedDictionary(property => property.Name, property => property.Value);

    private async Task SplitAsync(string name, long seed = 1, IProgress<long>? progress = null, CancellationToken token = default)
    {
        ImmutableArray<SplitShare> shares = SplitShare.Parse("train=0.8,test=0.2").OrThrow();
        (await DatasetSelection.SplitAsync(_folder["all"], shares, _folder[name], seed, Samples.SmallParts, progress, token)).OrThrow();
    }

    private Task<Result<ImmutableArray<RemadeDataset>>> MergeAsync(bool rename) =>
        DatasetSelection.MergeAsync([_folder["t"], _folder["t"]], _folder[rename ? "renamed" : "plain"], rename, Samples.SmallParts);

    /// <summary>Stops the work after so many reports.</summary>
    private sealed class Countdown(int reports, CancellationTokenSource source) : IProgress<long>
    {
        public void Report(long value)
        {
            if (value == reports)
            {
                source.Cancel();
            }
        }
    }
}
