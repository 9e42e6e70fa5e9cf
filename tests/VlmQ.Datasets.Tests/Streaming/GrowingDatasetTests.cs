using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Episodes;
using VlmQ.Core.Sampling;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Tests.Streaming;

public sealed class GrowingDatasetTests
{
    private const int World = 3;

    private static readonly DatasetWriterOptions Parts = new() { PartRows = 12, RowGroupRows = 6 };

    private static readonly TransitionStreamOptions Options = new()
    {
        WindowTurns = 3,
        BatchWindows = 2,
        Seed = 5,
        ShuffleTurns = 20,
        MixedParts = 2,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1L << 30)]
    public async Task New_parts_join_at_the_next_pass_and_each_pass_has_each_turn_of_its_parts_once(long cache)
    {
        using TemporaryFolder folder = new();
        await using DatasetWriter<TransitionEpisode> writer = await WriterAsync(folder, 0, 8);
        TransitionStream stream = await OpenAsync(folder, Options with { CacheBytes = cache, BatchWindows = 1 });
        Dictionary<int, List<(int Index, int Turn)>> passes = [];
        Dictionary<int, int> parts = [];
        int before = 0;

        await foreach (StreamedBatch batch in stream.ReadAsync())
        {
            SourcePosition position = batch.Next.Sources[0];
            if (position.Order.Epoch == 6)
            {
                break;
            }
            if (passes.TryAdd(position.Order.Epoch, []))
            {
                parts.Add(position.Order.Epoch, position.Parts);
                // The first pass is under way: its parts stay as they are.
                before = ManifestOf(folder).Parts.Length;
                await AddAsync(writer, 8 + (8 * position.Order.Epoch), 8);
                Assert.True(ManifestOf(folder).Parts.Length > before);
            }
            Assert.Equal(parts[position.Order.Epoch], position.Parts);
            passes[position.Order.Epoch].AddRange(TransitionFolders.TurnsOf(batch.Batch));
        }

        // Passes are read ahead of the trainer; in the end each has had what was there when its reading began.
        Assert.Equal(parts.Values.Order(), parts.Values);
        Assert.True(parts[5] > parts[0]);
        foreach ((int epoch, List<(int Index, int Turn)> turns) in passes)
        {
            long all = ManifestOf(folder).Parts.Take(parts[epoch]).Sum(part => part.Turns);
            Assert.Equal(turns.Count, turns.Distinct().Count());
            Assert.Equal(all, turns.Count);
        }
    }

    [Fact]
    public async Task A_stopped_stream_goes_on_exactly_though_the_dataset_has_grown_meanwhile()
    {
        using TemporaryFolder folder = new();
        await using DatasetWriter<TransitionEpisode> writer = await WriterAsync(folder, 0, 20);
        List<StreamedBatch> all = await TakeAsync(await OpenAsync(folder, Options), null, 60);
        StreamedBatch[] pass = [.. all.TakeWhile(batch => batch.Next.Epoch == 0)];
        Assert.True(pass.Length > 10);

        await AddAsync(writer, 20, 20);

        foreach (int stop in new[] { 0, 5, pass.Length - 3 })
        {
            StreamPosition position = StreamPosition.Parse(all[stop].Next.ToString(), "x").OrThrow();
            List<StreamedBatch> rest = await TakeAsync(await OpenAsync(folder, Options), position, pass.Length - stop - 1);
            Assert.Equal(
                pass.Skip(stop + 1).SelectMany(batch => TransitionFolders.TurnsOf(batch.Batch)),
                rest.SelectMany(batch => TransitionFolders.TurnsOf(batch.Batch))
            );
        }
        List<StreamedBatch> next = await TakeAsync(await OpenAsync(folder, Options), pass[^1].Next, 3);
        Assert.Equal(ManifestOf(folder).Parts.Length, next[^1].Next.Sources[0].Parts);
    }

    [Fact]
    public async Task A_writer_that_appends_while_a_stream_reads_disturbs_nothing()
    {
        using TemporaryFolder folder = new();
        DatasetWriter<TransitionEpisode> writer = await WriterAsync(folder, 0, 8);
        Task appending = Task.Run(async () =>
        {
            await using (writer)
            {
                for (int i = 1; i < 20; i++)
                {
                    await AddAsync(writer, 8 * i, 8);
                }
                await writer.CompleteAsync();
            }
        });
        HashSet<(int, int)> seen = [];
        bool whole = false;

        await foreach (StreamedBatch batch in (await OpenAsync(folder, Options with { Workers = 2 })).ReadAsync())
        {
            seen.UnionWith(TransitionFolders.TurnsOf(batch.Batch));
            whole = appending.IsCompleted && batch.Next.Sources[0].Parts == ManifestOf(folder).Parts.Length;
            if (whole && seen.Count == ManifestOf(folder).Turns)
            {
                break;
            }
        }

        await appending;
        Assert.True(whole);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_manifest_that_lost_a_part_or_lists_another_is_a_fault_that_names_it(bool lost)
    {
        using TemporaryFolder folder = new();
        await using DatasetWriter<TransitionEpisode> writer = await WriterAsync(folder, 0, 20);
        TransitionStream stream = await OpenAsync(folder, Options);
        DatasetManifest manifest = ManifestOf(folder);
        PartEntry second = manifest.Parts[1];
        PartEntry other = new(second.File, second.Rows, second.Turns, second.Episodes, second.Bytes, new string('a', 64));
        ManifestFile.Write(
            new DiskFiles(folder.Path, create: false),
            manifest with
            {
                Parts = lost ? manifest.Parts[..1] : manifest.Parts.SetItem(1, other),
            }
        );

        FaultException exception = await Assert.ThrowsAsync<FaultException>(() => TakeAsync(stream, null, 200));

        Assert.Contains(second.File, exception.Fault.What, StringComparison.Ordinal);
        Assert.Equal(folder[DatasetManifest.FileName], exception.Fault.Where);
    }

    [Fact]
    public async Task A_position_of_a_dataset_that_was_made_anew_is_a_fault()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder other = new();
        await using DatasetWriter<TransitionEpisode> writer = await WriterAsync(folder, 0, 8);
        await using DatasetWriter<TransitionEpisode> anew = await WriterAsync(other, 100, 30);
        StreamPosition position = (await TakeAsync(await OpenAsync(folder, Options), null, 1))[0].Next;
        TransitionStream stream = await OpenAsync(other, Options);

        FaultException exception = await Assert.ThrowsAsync<FaultException>(() => TakeAsync(stream, position, 1));

        Assert.Equal(other.Path, exception.Fault.Where);
    }

    [Fact]
    public async Task Several_trainers_cannot_follow_without_a_folder_to_agree_in()
    {
        using TemporaryFolder folder = new();
        await using DatasetWriter<TransitionEpisode> writer = await WriterAsync(folder, 0, 8);

        var opened = await TransitionStream.OpenAsync([SourceOf(folder)], Options with { Share = new Share(0, 2) });

        Assert.Equal(folder.Path, TransitionFolders.FaultOf(opened).Where);
    }

    /// <summary>
    /// In whatever order three trainers read and the dataset grows: together they take what one takes that reads alone, step by step, and
    /// any number of them goes on from any of its positions.
    /// </summary>
    [Fact]
    public void Trainers_that_follow_together_have_the_same_passes_however_far_apart_they_are() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(12),
            Prop.ForAll(
                Arb.From(Gen.ListOf(Gen.Choose(0, World))),
                moves =>
                {
                    using TemporaryFolder folder = new();
                    TogetherAsync(folder, moves).GetAwaiter().GetResult();
                }
            )
        );

    [Fact]
    public async Task Passes_that_were_noted_over_another_dataset_are_a_fault()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder other = new();
        using TemporaryFolder passes = new();
        await using DatasetWriter<TransitionEpisode> writer = await WriterAsync(folder, 0, 8);
        await using DatasetWriter<TransitionEpisode> anew = await WriterAsync(other, 100, 8);
        TransitionStreamOptions options = Options with { PassFolder = passes.Path };
        await TakeAsync(await OpenAsync(folder, options), null, 1);
        TransitionStream stream = await OpenAsync(other, options);

        FaultException exception = await Assert.ThrowsAsync<FaultException>(() => TakeAsync(stream, null, 1));

        Assert.Equal(passes["pass-000000-00"], exception.Fault.Where);
    }

    private static async Task TogetherAsync(TemporaryFolder folder, IReadOnlyList<int> moves)
    {
        const int Steps = 40;
        TransitionStreamOptions options = Options with { PassFolder = folder["passes"] };
        await using DatasetWriter<TransitionEpisode> writer = await WriterAsync(folder, 0, 8);
        List<StreamedBatch>[] taken =
        [
            [],
            [],
            [],
        ];
        IAsyncEnumerator<StreamedBatch>[] trainers = new IAsyncEnumerator<StreamedBatch>[World];
        for (int rank = 0; rank < World; rank++)
        {
            TransitionStream stream = await OpenAsync(folder, options with { Share = new Share(rank, World) });
            trainers[rank] = stream.ReadAsync().GetAsyncEnumerator();
        }
        int episodes = 8;
        foreach (int move in moves.Concat(Enumerable.Range(0, World * Steps).Select(i => i / Steps)))
        {
            if (move == World)
            {
                await AddAsync(writer, episodes, 8);
                episodes += 8;
            }
            else if (taken[move].Count < Steps)
            {
                Assert.True(await trainers[move].MoveNextAsync());
                taken[move].Add(trainers[move].Current);
            }
        }
        foreach (IAsyncEnumerator<StreamedBatch> trainer in trainers)
        {
            await trainer.DisposeAsync();
        }

        TransitionStreamOptions together = options with { BatchWindows = World * options.BatchWindows };
        List<StreamedBatch> alone = await TakeAsync(await OpenAsync(folder, together), null, Steps);
        for (int step = 0; step < Steps; step++)
        {
            Assert.All(taken, batches => Assert.Equal(alone[step].Next, batches[step].Next));
            Assert.Equal(TurnsOf(alone[step]), taken.SelectMany(batches => TurnsOf(batches[step])).Order());
        }
        List<StreamedBatch> rest = await TakeAsync(await OpenAsync(folder, together), alone[Steps / 2].Next, (Steps / 2) - 1);
        Assert.Equal(alone.Skip((Steps / 2) + 1).Select(TurnsOf), rest.Select(TurnsOf));

        static (int Index, int Turn)[] TurnsOf(StreamedBatch batch) => [.. TransitionFolders.TurnsOf(batch.Batch).Order()];
    }

    private static async Task<DatasetWriter<TransitionEpisode>> WriterAsync(TemporaryFolder folder, int first, int count)
    {
        DatasetWriter<TransitionEpisode> writer = TransitionDataset.OpenWriter(folder.Path, Samples.Header(), Parts).OrThrow();
        await AddAsync(writer, first, count);
        return writer;
    }

    private static async Task AddAsync(DatasetWriter<TransitionEpisode> writer, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            await writer.WriteAsync(Samples.Transitions(i, 1 + (i * 3 % 7), true));
        }
    }

    private static DatasetManifest ManifestOf(TemporaryFolder folder) => TransitionDataset.OpenReader(folder.Path).OrThrow().Manifest;

    private static StreamSource SourceOf(TemporaryFolder folder) =>
        new(TransitionDataset.OpenReader(folder.Path).OrThrow()) { Follow = true };

    private static async Task<TransitionStream> OpenAsync(TemporaryFolder folder, TransitionStreamOptions options) =>
        (await TransitionStream.OpenAsync([SourceOf(folder)], options)).OrThrow();

    private static async Task<List<StreamedBatch>> TakeAsync(TransitionStream stream, StreamPosition? start, int count)
    {
        List<StreamedBatch> taken = [];
        await foreach (StreamedBatch batch in stream.ReadAsync(start))
        {
            taken.Add(batch);
            if (taken.Count == count)
            {
                break;
            }
        }
        return taken;
    }
}
