using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Parquet;
using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Salvage;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Salvage;

public sealed class CutPartTests
{
    private static readonly DatasetWriterOptions OnePart = new() { RowGroupRows = 8 };

    /// <summary>Wherever a part is cut, the row groups that end before are found, as they were, and the rest is said to be lost.</summary>
    [Theory]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    public async Task Row_groups_before_a_cut_are_found(CompressionMethod compression)
    {
        await HoldsAsync(new EpisodeCodec(), EpisodesAsync(12, OnePart with { Compression = compression }), SameEpisodes);
        await HoldsAsync(new TransitionCodec(), TransitionsAsync(12, OnePart with { Compression = compression }), Same.Transitions);

        static void SameEpisodes(StoredEpisode expected, StoredEpisode actual) =>
            Same.Episodes(EpisodeStorage.Decode(expected).OrThrow(), EpisodeStorage.Decode(actual).OrThrow());
    }

    [Fact]
    public void Row_groups_of_arbitrary_episodes_are_found_without_a_footer() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(30),
            Prop.ForAll(
                Arb.From(Gen.NonEmptyListOf(Samples.Episodes)),
                episodes =>
                {
                    Part part = WriteAsync(new EpisodeCodec(), episodes.Select(Samples.Store), OnePart).GetAwaiter().GetResult();
                    Assert.Equal(
                        episodes.Select(episode => episode.Id),
                        EpisodesOf(Read(new EpisodeCodec(), part.Entry, part.Bytes[..part.GroupEnds[^1]])).Select(episode => episode.Id)
                    );
                }
            )
        );

    [Fact]
    public async Task Columns_of_many_pages_are_told_apart()
    {
        // A page ends with the row that fills it to a mebibyte: these lists and pictures take several each, some of them with empty lists.
        int[] ids = [.. Enumerable.Range(0, 150_000)];
        TransitionEpisode[] episodes =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(i => new TransitionEpisode([.. Samples.Transitions(i, 3, i == 1, size: 400).Rows.Select(Longer)])),
        ];
        Part part = await WriteAsync(new TransitionCodec(), episodes, new DatasetWriterOptions { RowGroupBytes = 64 << 20 });

        ReadGroup<TransitionEpisode> group = Assert.Single(Read(new TransitionCodec(), part.Entry, part.Bytes[..part.GroupEnds[^1]]));

        ImmutableArray<ReadEpisode<TransitionEpisode>> read = group.Episodes.OrThrow();
        Assert.Equal(episodes.Length, read.Length);
        for (int i = 0; i < read.Length; i++)
        {
            Same.Transitions(episodes[i], read[i].Episode.OrThrow());
        }

        StoredTransition Longer(StoredTransition row)
        {
            Transition old = row.Transition;
            bool final = old.ReplyIds.IsEmpty;
            float[] rewards = new float[ids.Length];
            rewards[^1] = old.Turn;
            return row with
            {
                Transition = new Transition(
                    old.EpisodeId,
                    old.Turn,
                    [.. ids],
                    final ? [] : [.. ids],
                    final ? [] : [.. rewards],
                    old.Valid,
                    old.Terminated,
                    old.Truncated,
                    old.ReturnToGo
                ),
            };
        }
    }

    [Fact]
    public async Task A_part_whose_beginning_is_overwritten_is_read_where_its_pages_are_whole()
    {
        Part part = await EpisodesAsync(12, OnePart);
        part.Bytes.AsSpan(0, 4).Clear();
        Assert.Equal(part.GroupEnds.Length, Read(new EpisodeCodec(), part.Entry, part.Bytes).Count(group => group.Group >= 0));
    }

    [Fact]
    public async Task A_row_group_with_more_rows_than_the_manifest_lists_is_not_believed()
    {
        Part part = await EpisodesAsync(12, OnePart);
        PartEntry less = new(part.Entry.File, 2, 2, 1, part.Entry.Bytes, part.Entry.Sha256);
        ReadGroup<StoredEpisode> group = Assert.Single(Read(new EpisodeCodec(), less, part.Bytes));
        Assert.Equal(-1, group.Group);
        Assert.Contains("the manifest at most 2 more", TransitionFolders.FaultOf(group.Episodes).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_parts_without_a_footer_are_read_as_far_as_they_are_whole()
    {
        Part episodes = await EpisodesAsync(6, OnePart);
        Part transitions = await TransitionsAsync(6, OnePart);
        int lost = await Fuzz.RunAsync(
            [episodes.Bytes[..episodes.GroupEnds[^1]]],
            file => ReadAll(new EpisodeCodec(), episodes, file),
            IsLoss,
            Budget
        );
        lost += await Fuzz.RunAsync(
            [transitions.Bytes[..transitions.GroupEnds[^1]]],
            file => ReadAll(new TransitionCodec(), transitions, file),
            IsLoss,
            Budget
        );
        Assert.InRange(lost, Fuzz.Mutations / 2, 2 * Fuzz.Mutations);

        static bool IsLoss(Exception thrown) => thrown is FaultException;

        // Buffers that are kept and the few rows of each group; what a page claims is held against the bytes that it has.
        static long Budget(int length) => (64 << 20) + (1000L * length);

        static void ReadAll<TEpisode>(IEpisodeCodec<TEpisode> codec, Part part, byte[] file)
        {
            foreach (ReadGroup<TEpisode> group in Read(codec, part.Entry, file))
            {
                foreach (ReadEpisode<TEpisode> episode in group.Episodes.OrThrow())
                {
                    episode.Episode.OrThrow();
                }
            }
        }
    }

    private static async Task HoldsAsync<TEpisode>(IEpisodeCodec<TEpisode> codec, Task<Part> writing, Action<TEpisode, TEpisode> same)
    {
        Part part = await writing;
        TEpisode[] all = [.. EpisodesOf(Read(codec, part.Entry, part.Bytes))];
        Assert.True(part.GroupEnds.Length > 3);
        int[] cuts =
        [
            .. Enumerable.Range(0, 20).Select(i => i * part.Bytes.Length / 20),
            .. part.GroupEnds,
            .. part.GroupEnds.Select(end => end - 1),
        ];
        foreach (int cut in cuts)
        {
            List<ReadGroup<TEpisode>> groups = Read(codec, part.Entry, part.Bytes[..cut]);
            int whole = part.GroupEnds.Count(end => end <= cut);
            Assert.Equal(whole, groups.Count(group => group.Group >= 0));
            TEpisode[] kept = [.. EpisodesOf(groups.Where(group => group.Group >= 0))];
            for (int i = 0; i < kept.Length; i++)
            {
                same(all[i], kept[i]);
            }
            Assert.Equal(whole < part.GroupEnds.Length ? 1 : 0, groups.Count(group => group.Group < 0));
            Assert.Equal(part.Entry.Rows, groups.Sum(group => group.Rows));
            int end = whole == 0 ? 4 : part.GroupEnds[whole - 1];
            Assert.All(groups.Where(group => group.Group < 0), group => Assert.Equal(part.Bytes.Length - end, group.Bytes));
        }
    }

    private static IEnumerable<TEpisode> EpisodesOf<TEpisode>(IEnumerable<ReadGroup<TEpisode>> groups) =>
        groups.SelectMany(group => group.Episodes.OrThrow()).Select(read => read.Episode.OrThrow());

    private static List<ReadGroup<TEpisode>> Read<TEpisode>(IEpisodeCodec<TEpisode> codec, PartEntry entry, byte[] file) =>
        [
            .. CutPart
                .GroupsAsync(new MemoryStream(file), entry.File, codec, entry, Fault.Data("its end is cut off"), CancellationToken.None)
                .ToBlockingEnumerable(),
        ];

    private static Task<Part> EpisodesAsync(int count, DatasetWriterOptions options) =>
        WriteAsync(
            new EpisodeCodec(),
            Enumerable.Range(0, count).Select(i => Samples.Store(Samples.Episode(i, 1 + (i % 7), i % 2 == 0, i % 3 == 0))),
            options
        );

    private static Task<Part> TransitionsAsync(int count, DatasetWriterOptions options) =>
        WriteAsync(new TransitionCodec(), TransitionFolders.Episodes(count), options);

    private static async Task<Part> WriteAsync<TEpisode>(
        IEpisodeCodec<TEpisode> codec,
        IEnumerable<TEpisode> episodes,
        DatasetWriterOptions options
    )
    {
        using TemporaryFolder folder = new();
        DiskFiles files = new(folder.Path, create: true);
        PartEntry entry;
        await using (DatasetWriter<TEpisode> writer = DatasetWriter<TEpisode>.Open(files, codec, Samples.Header(), options).OrThrow())
        {
            foreach (TEpisode episode in episodes)
            {
                await writer.WriteAsync(episode);
            }
            entry = Assert.Single((await writer.CompleteAsync()).Parts);
        }
        byte[] bytes = await File.ReadAllBytesAsync(folder[entry.File]);
        await using ParquetReader reader = await ParquetReader.CreateAsync(new MemoryStream(bytes));
        int end = 4;
        int[] ends = [.. reader.RowGroups.Select(group => end += (int)group.RowGroup.TotalCompressedSize!.Value)];
        return new Part(entry, bytes, ends);
    }

    private sealed record Part(PartEntry Entry, byte[] Bytes, int[] GroupEnds);
}
