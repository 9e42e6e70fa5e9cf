using VlmQ.Core.Episodes;
using VlmQ.Core.Sampling;
using VlmQ.Core.Tokens;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Reading;
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
        List<SamplerPosition> positions = [];
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
    public async Task A_damaged_part_is_a_fault_when_the_stream_is_opened()
    {
        using TemporaryFolder folder = await DatasetAsync();
        string part = folder["part-00001.parquet"];
        byte[] bytes = await File.ReadAllBytesAsync(part);
        bytes[50] ^= 8;
        await File.WriteAllBytesAsync(part, bytes);

        Result<TransitionStream> opened = await TransitionStream.OpenAsync(TransitionDataset.OpenReader(folder.Path).OrThrow(), Options);

        Assert.Equal(part, TransitionFolders.FaultOf(opened).Where);
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
            await foreach (StreamedBatch batch in stream.ReadAsync(default, stop.Token))
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
                PngCodec.Decode(stored.Png.AsSpan(), "x").OrThrow().Pixels.SequenceEqual(batch.Images.AsSpan(row * imageBytes, imageBytes))
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

    private static async Task<TransitionStream> OpenAsync(TemporaryFolder folder, TransitionStreamOptions options) =>
        (await TransitionStream.OpenAsync(TransitionDataset.OpenReader(folder.Path).OrThrow(), options)).OrThrow();

    private static async Task<List<string>> TakeAsync(TransitionStream stream, SamplerPosition start, int count)
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
}
