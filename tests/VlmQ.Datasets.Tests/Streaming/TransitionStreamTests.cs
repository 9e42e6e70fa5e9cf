using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Sampling;
using VlmQ.Core.Tokens;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Tests.Streaming;

public sealed class TransitionStreamTests
{
    private const int Count = 25;

    private static readonly TransitionStreamOptions Options = new()
    {
        WindowTurns = 4,
        BatchWindows = 3,
        Seed = 7,
        ShuffleTurns = 30,
        MixedParts = 1,
    };

    public static TheoryData<long, int> Ways =>
        new()
        {
            { 0, 1 },
            { 0, 3 },
            { 1L << 30, 1 },
            { 1L << 30, 3 },
        };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_pass_trains_on_every_turn_once_and_rows_say_what_the_dataset_says(long cache, int workers)
    {
        using TemporaryFolder folder = await DatasetAsync();
        Dictionary<string, TransitionEpisode> episodes = TransitionFolders.Episodes(Count).ToDictionary(episode => episode.Id);
        TransitionStream stream = await OpenAsync(folder, Options with { CacheBytes = cache, Workers = workers });
        Dictionary<(int Index, int Turn), int> trained = [];
        int turns = episodes.Values.Sum(episode => episode.Turns);

        await foreach (StreamedBatch batch in stream.ReadAsync())
        {
            using (batch)
            {
                CheckRows(batch.Batch, episodes, trained);
                if (batch.Next.Epoch >= 2)
                {
                    break;
                }
            }
        }

        Assert.Equal(turns, trained.Count);
        Assert.All(trained.Values, times => Assert.InRange(times, 2, 3));
    }

    [Fact]
    public async Task Cache_workers_and_prefetch_change_no_batch()
    {
        using TemporaryFolder folder = await DatasetAsync();

        List<string> plain = await TakeAsync(await OpenAsync(folder, Options with { CacheBytes = 0 }), default, 40);

        Assert.Equal(plain, await TakeAsync(await OpenAsync(folder, Options with { Workers = 4, Prefetch = 9 }), default, 40));
        Assert.NotEqual(plain, await TakeAsync(await OpenAsync(folder, Options with { Seed = 8 }), default, 40));
    }

    [Fact]
    public async Task A_stream_goes_on_from_any_batch_as_if_it_had_never_stopped()
    {
        using TemporaryFolder folder = await DatasetAsync();
        TransitionStream stream = await OpenAsync(folder, Options);
        List<string> all = await TakeAsync(stream, default, 40);
        List<StreamPosition> positions = [];
        await foreach (StreamedBatch batch in stream.ReadAsync())
        {
            positions.Add(batch.Next);
            if (positions.Count == 40)
            {
                break;
            }
        }
        Assert.Contains(positions, position => position.Epoch > 0);

        for (int i = 0; i < 39; i++)
        {
            Assert.Equal(all[i + 1], (await TakeAsync(stream, positions[i], 1))[0]);
        }
    }

    [Fact]
    public async Task Pictures_of_different_sizes_are_a_fault_that_names_the_turn()
    {
        using TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(folder.Path, [Samples.Transitions(1, 3, true), Samples.Transitions(2, 3, true, size: 7)]);
        TransitionStream stream = await OpenAsync(folder, Options);

        FaultException exception = await Assert.ThrowsAsync<FaultException>(() => TakeAsync(stream, default, 10));

        Assert.StartsWith("episode episode-00002, turn ", exception.Fault.Where, StringComparison.Ordinal);
        Assert.Contains("7×7", exception.Fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_part_is_a_fault_before_its_first_row_is_used()
    {
        using TemporaryFolder folder = await DatasetAsync();
        string part = folder["part-00001.parquet"];
        byte[] bytes = await File.ReadAllBytesAsync(part);
        bytes[50] ^= 8;
        await File.WriteAllBytesAsync(part, bytes);
        TransitionStream stream = await OpenAsync(folder, Options);

        FaultException exception = await Assert.ThrowsAsync<FaultException>(() => TakeAsync(stream, default, 100));

        Assert.Equal(part, exception.Fault.Where);
    }

    [Fact]
    public async Task A_manifest_that_tells_of_other_episodes_is_a_fault_that_names_the_part()
    {
        using TemporaryFolder folder = await DatasetAsync();
        DatasetManifest manifest = TransitionDataset.OpenReader(folder.Path).OrThrow().Manifest;
        PartEntry part = manifest.Parts[1];
        PartEntry wrong = new(part.File, part.Rows, part.Turns, part.Episodes - 1, part.Bytes, part.Sha256);
        ManifestFile.Write(new DiskFiles(folder.Path, create: false), manifest with { Parts = manifest.Parts.SetItem(1, wrong) });
        TransitionStream stream = await OpenAsync(folder, Options);

        FaultException exception = await Assert.ThrowsAsync<FaultException>(() => TakeAsync(stream, default, 100));

        Assert.Equal(folder[part.File], exception.Fault.Where);
    }

    [Fact]
    public async Task Trainers_take_the_order_of_one_whatever_their_number_and_after_a_stop_another_number_goes_on()
    {
        using TemporaryFolder folder = await DatasetAsync();
        (List<(int, int)> one, StreamPosition end) = await TakeTogetherAsync(folder, default, world: 1, steps: 20);

        (List<(int, int)> first, StreamPosition stop) = await TakeTogetherAsync(folder, default, world: 2, steps: 13);
        (List<(int, int)> rest, StreamPosition same) = await TakeTogetherAsync(folder, stop, world: 3, steps: 7);

        Assert.True(end.Epoch > 0);
        Assert.Equal(one, [.. first, .. rest]);
        Assert.Equal(end, same);
    }

    [Fact]
    public async Task Each_of_several_trainers_holds_only_the_parts_that_it_reads_against_their_digests()
    {
        using TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(
            folder.Path,
            Enumerable.Range(0, 120).Select(i => Samples.Transitions(i, 4, true)),
            new DatasetWriterOptions { PartRows = 50, RowGroupRows = 10 }
        );
        int parts = TransitionDataset.OpenReader(folder.Path).OrThrow().Manifest.Parts.Length;
        int[] reads = new int[parts];
        for (int rank = 0; rank < 4; rank++)
        {
            CountedReads files = new(new DiskFiles(folder.Path, create: false));
            TransitionStreamOptions options = Options with
            {
                CacheBytes = 0,
                MixedParts = parts,
                ShuffleTurns = 120,
                Share = new Share(rank, 4),
                BatchWindows = 8,
            };
            TransitionStream stream = (
                await TransitionStream.OpenAsync(TransitionDataset.OpenReader(files).OrThrow(), options with { ImageSize = 6 })
            ).OrThrow();
            await foreach (BatchPlan plan in stream.PlansAsync(StreamPosition.StartOf(1), CancellationToken.None))
            {
                if (plan.Next.Epoch > 0)
                {
                    break;
                }
            }
            for (int part = 0; part < parts; part++)
            {
                // Once in each of the two passes for its lengths; once more where its digest was asked for.
                reads[part] += files.ReadsOf(PartEntry.NameOf(part)) - 2;
            }
        }

        Assert.All(reads, count => Assert.InRange(count, 1, 3));
        Assert.True(reads.Sum() < 2 * parts);
    }

    [Fact]
    public async Task Pictures_are_resized_where_that_is_asked_for_as_a_conversion_does_it()
    {
        using TemporaryFolder folder = new();
        TransitionEpisode[] episodes = [Samples.Transitions(1, 3, true, size: 9), Samples.Transitions(2, 2, true, size: 5)];
        await TransitionFolders.WriteAsync(folder.Path, episodes);
        TransitionStream stream = await OpenAsync(folder, Options with { ImageSize = 5, BatchWindows = 2 });

        Assert.Equal((5, 5), (stream.ImageWidth, stream.ImageHeight));
        await foreach (StreamedBatch batch in stream.ReadAsync())
        {
            TurnBatch rows = batch.Batch;
            Assert.Equal(5 + 2, rows.Rows);
            for (int row = 0; row < rows.Rows; row++)
            {
                int index = rows.PromptIds[(row * rows.PromptWidth) + 1];
                int turn = rows.PromptIds[(row * rows.PromptWidth) + 2];
                RgbImage stored = PictureCodec.Decode(episodes[index - 1].Rows[turn].Picture.AsSpan(), "x").OrThrow();
                Assert.True(PillowResampler.Bicubic(stored, 5, 5).Pixels.SequenceEqual(rows.Images.AsSpan(row * 75, 75)));
            }
            break;
        }
    }

    [Fact]
    public async Task Batches_are_read_ahead_up_to_the_windows_of_a_slice_and_no_further()
    {
        using TemporaryFolder folder = await DatasetAsync();
        CountedReads files = new(new DiskFiles(folder.Path, create: false));
        DatasetReader<TransitionEpisode> reader = TransitionDataset
            .OpenReader(files, new DatasetReaderOptions { Verify = false })
            .OrThrow();
        TransitionStreamOptions options = Options with { CacheBytes = 0, BatchWindows = 1, ShuffleTurns = 40, Prefetch = 1 };
        TransitionStream stream = (await TransitionStream.OpenAsync(reader, options)).OrThrow();
        Assert.Equal(10, stream.BatchesAhead);
        int batchesOfBlock = 0;
        await foreach (BatchPlan plan in stream.PlansAsync(StreamPosition.StartOf(1), CancellationToken.None))
        {
            if (plan.Next.Sources[0].Order.Block > 0)
            {
                break;
            }
            batchesOfBlock++;
        }
        ImmutableArray<ImmutableArray<int>> blocks = SamplerOf(reader, options).Blocks(0);
        Assert.True(batchesOfBlock > 12 && blocks.Length > 2);
        files.Forget();

        await using IAsyncEnumerator<StreamedBatch> batches = stream.ReadAsync().GetAsyncEnumerator();
        for (int i = 0; i < batchesOfBlock - 4; i++)
        {
            await batches.MoveNextAsync();
        }
        await WaitUntilAsync(() => files.ReadsOf(PartEntry.NameOf(blocks[1][0])) == 1);
        await SettledAsync(() => files.Reads);

        Assert.Equal(0, files.ReadsOf(PartEntry.NameOf(blocks[2][0])));
    }

    [Fact]
    public async Task A_position_of_another_dataset_is_a_fault()
    {
        using TemporaryFolder folder = await DatasetAsync();
        using TemporaryFolder other = new();
        await TransitionFolders.WriteAsync(other.Path, TransitionFolders.Episodes(9));
        StreamPosition? position = null;
        await foreach (StreamedBatch batch in (await OpenAsync(folder, Options)).ReadAsync())
        {
            position = batch.Next;
            break;
        }
        TransitionStream stream = await OpenAsync(other, Options);

        FaultException exception = await Assert.ThrowsAsync<FaultException>(() => TakeAsync(stream, position, 1));

        Assert.Equal(other.Path, exception.Fault.Where);
    }

    [Fact]
    public async Task A_part_is_opened_once_in_a_pass()
    {
        using TemporaryFolder folder = await DatasetAsync();
        CountedReads files = new(new DiskFiles(folder.Path, create: false));
        DatasetReader<TransitionEpisode> reader = TransitionDataset
            .OpenReader(files, new DatasetReaderOptions { Verify = false })
            .OrThrow();
        TransitionStream stream = (await TransitionStream.OpenAsync(reader, Options with { CacheBytes = 0, BatchWindows = 1 })).OrThrow();
        files.Forget();

        await foreach (BatchPlan plan in stream.PlansAsync(StreamPosition.StartOf(1), CancellationToken.None))
        {
            if (plan.Next.Epoch > 0)
            {
                break;
            }
        }

        // It ended with the first window of the second pass, whose block is open by then.
        ImmutableArray<int> second = SamplerOf(reader, Options).Blocks(1)[0];
        for (int part = 0; part < reader.Manifest.Parts.Length; part++)
        {
            Assert.Equal(second.Contains(part) ? 2 : 1, files.ReadsOf(reader.Manifest.Parts[part].File));
        }
    }

    [Fact]
    public async Task An_empty_dataset_is_a_fault()
    {
        using TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(folder.Path, []);

        Result<TransitionStream> opened = await TransitionStream.OpenAsync(TransitionDataset.OpenReader(folder.Path).OrThrow(), Options);

        Assert.Equal(folder.Path, TransitionFolders.FaultOf(opened).Where);
    }

    [Fact]
    public async Task Cancelling_stops_it()
    {
        using TemporaryFolder folder = await DatasetAsync();
        TransitionStream stream = await OpenAsync(folder, Options);
        using CancellationTokenSource stop = new();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (StreamedBatch batch in stream.ReadAsync(null, stop.Token))
            {
                await stop.CancelAsync();
            }
        });
    }

    // A prompt of a sample is [1, index, turn].
    private static void CheckRows(
        TurnBatch batch,
        Dictionary<string, TransitionEpisode> episodes,
        Dictionary<(int Index, int Turn), int> trained
    )
    {
        int imageBytes = batch.ImageWidth * batch.ImageHeight * 3;
        for (int row = 0; row < batch.Rows; row++)
        {
            int index = batch.PromptIds[(row * batch.PromptWidth) + 1];
            int turn = batch.PromptIds[(row * batch.PromptWidth) + 2];
            StoredTransition stored = episodes[$"episode-{index:D5}"].Rows[turn];
            Assert.Equal(3, batch.PromptLengths[row]);
            Assert.True(
                PictureCodec
                    .Decode(stored.Picture.AsSpan(), "x")
                    .OrThrow()
                    .Pixels.SequenceEqual(batch.Images.AsSpan(row * imageBytes, imageBytes))
            );
            Assert.Equal(stored.Transition.ReturnToGo, batch.ReturnToGo[row]);
            if (batch.ReplyLengths[row] == 0)
            {
                Assert.Equal(-1, batch.NextRow[row]);
                continue;
            }
            int length = batch.ReplyLengths[row];
            Assert.Equal(stored.Transition.ReplyIds, batch.ReplyIds.AsSpan(row * batch.ReplyWidth, length).ToArray());
            Assert.Equal(stored.Transition.Rewards, batch.Rewards.AsSpan(row * batch.ReplyWidth, length).ToArray());
            Assert.Equal(stored.Transition.Valid, batch.Valid[row]);
            Assert.Equal(stored.Transition.Terminated, batch.Terminated[row]);
            CheckNext(batch, row, index, turn);
            trained[(index, turn)] = trained.GetValueOrDefault((index, turn)) + 1;
        }
    }

    private static void CheckNext(TurnBatch batch, int row, int index, int turn)
    {
        int next = batch.NextRow[row];
        Assert.Equal(batch.Terminated[row], next < 0);
        if (next >= 0)
        {
            Assert.Equal(index, batch.PromptIds[(next * batch.PromptWidth) + 1]);
            Assert.Equal(turn + 1, batch.PromptIds[(next * batch.PromptWidth) + 2]);
        }
    }

    private static async Task<TemporaryFolder> DatasetAsync()
    {
        TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(
            folder.Path,
            TransitionFolders.Episodes(Count),
            new DatasetWriterOptions { PartRows = 40, RowGroupRows = 15 }
        );
        return folder;
    }

    private static WindowSampler SamplerOf(DatasetReader<TransitionEpisode> reader, TransitionStreamOptions options) =>
        new(
            [.. reader.Manifest.Parts.Select(part => new PartSize(part.Turns, part.Episodes))],
            options.WindowTurns,
            options.ShuffleTurns,
            options.MixedParts,
            options.Seed
        );

    private static async Task<TransitionStream> OpenAsync(TemporaryFolder folder, TransitionStreamOptions options) =>
        (await TransitionStream.OpenAsync(TransitionDataset.OpenReader(folder.Path).OrThrow(), options)).OrThrow();

    // The turns that six windows a step hold, and where the next step begins.
    private static async Task<(List<(int Index, int Turn)> Turns, StreamPosition Next)> TakeTogetherAsync(
        TemporaryFolder folder,
        StreamPosition? start,
        int world,
        int steps
    )
    {
        List<(int, int)>[] taken = [.. Enumerable.Range(0, steps).Select(_ => new List<(int, int)>())];
        StreamPosition next = StreamPosition.StartOf(1);
        for (int rank = 0; rank < world; rank++)
        {
            TransitionStream stream = await OpenAsync(
                folder,
                Options with
                {
                    BatchWindows = 6 / world,
                    Share = new Share(rank, world),
                    Workers = 1 + rank,
                    CacheBytes = rank << 20,
                }
            );
            int step = 0;
            await foreach (StreamedBatch item in stream.ReadAsync(start))
            {
                taken[step].AddRange(TransitionFolders.TurnsOf(item.Batch));
                next = item.Next;
                if (++step == steps)
                {
                    break;
                }
            }
        }
        // Of a step the ranks' turns in the order of the data: which rank has which is no part of the order.
        return ([.. taken.SelectMany(turns => turns.Order())], next);
    }

    private static async Task<List<string>> TakeAsync(TransitionStream stream, StreamPosition? start, int count)
    {
        List<string> batches = [];
        await foreach (StreamedBatch batch in stream.ReadAsync(start))
        {
            TurnBatch rows = batch.Batch;
            batches.Add(
                $"{batch.Position} {batch.Next} {string.Join(' ', rows.PromptIds)} {string.Join(' ', rows.ReplyIds)} {string.Join(' ', rows.NextRow)} "
                    + Convert.ToHexString(rows.Images.AsSpan(0, rows.Rows * rows.ImageHeight * rows.ImageWidth * 3))
            );
            if (batches.Count == count)
            {
                break;
            }
        }
        return batches;
    }

    private static async Task WaitUntilAsync(Func<bool> reached)
    {
        while (!reached())
        {
            await Task.Delay(5);
        }
    }

    // A number that has not changed for a while.
    private static async Task<int> SettledAsync(Func<int> number)
    {
        int last = number();
        for (int same = 0; same < 10; same++)
        {
            await Task.Delay(10);
            if (number() != last)
            {
                last = number();
                same = 0;
            }
        }
        return last;
    }
}
