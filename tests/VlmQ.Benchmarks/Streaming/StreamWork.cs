using System.Collections.Immutable;
using System.Diagnostics;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Sampling;
using VlmQ.Dataflow;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;
using VlmQ.Tests.Shared;

namespace VlmQ.Benchmarks.Streaming;

/// <summary>Transitions of NumberLine with 300×300 pictures, and the ways to make batches of them.</summary>
internal sealed class StreamWork
{
    private const int MaximumWindow = 8;

    // A stream reads a slice ahead, which it does not get to decode; over many passes that does not count.
    private const int Passes = 8;
    private readonly string _folder;
    private readonly int _imageSize;

    /// <param name="folder">An empty folder for the dataset.</param>
    /// <param name="turns">Turns of the dataset.</param>
    /// <param name="imageSize">Side of the pictures in a batch.</param>
    public StreamWork(string folder, int turns, int imageSize)
    {
        _imageSize = imageSize;
        _folder = Path.Combine(folder, "transitions");
        Tokenizer = TextTokenizer.Load(Checkout.PathOf("data", "tokenizers", "tiny")).OrThrow();
        string episodes = Path.Combine(folder, "episodes");
        WriteAsync(episodes, turns).GetAwaiter().GetResult();
        DatasetConversion
            .RunAsync(episodes, _folder, Tokenizer, new ConversionOptions { Prompts = ShippedPrompts.Brief })
            .GetAwaiter()
            .GetResult()
            .OrThrow();
        Pictures = Passes * Reader().Manifest.Rows;
    }

    /// <summary>Pictures that a measured run decodes, or a few more: some turns come twice, once as another one's next state.</summary>
    public long Pictures { get; }

    /// <summary>The tokenizer of the transitions.</summary>
    public TextTokenizer Tokenizer { get; }

    /// <summary>Opens the stream that a trainer reads.</summary>
    public TransitionStream Open(int workers) =>
        TransitionStream.OpenAsync(Reader(), OptionsOf(workers)).GetAwaiter().GetResult().OrThrow();

    /// <summary>Streams; gives the pictures per second.</summary>
    public double Stream(int workers)
    {
        long start = Stopwatch.GetTimestamp();
        long taken = 0;
        foreach (StreamedBatch batch in Open(workers).ReadAsync().ToBlockingEnumerable())
        {
            taken += batch.Batch.Rows;
            batch.Dispose();
            if (taken >= Pictures)
            {
                break;
            }
        }
        return taken / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>
    /// The same stages as the stream's, each with a clock: the shares of the pass's time in which they work, and the processors' share.
    /// </summary>
    public StageShares Shares(int workers)
    {
        TransitionStream stream = Open(workers);
        StageClock reading = new();
        StageClock decoding = new();
        Collator collator = new(_imageSize, _imageSize, resize: true);
        long taken = 0;
        long start = Stopwatch.GetTimestamp();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        var batches = Source
            .From(reading.Around(stream.PlansAsync(StreamPosition.StartOf(1), CancellationToken.None)), "read", stream.BatchesAhead)
            .ParallelMap(workers, plan => decoding.Around(() => collator.Collate(plan)), "decode")
            .ReadAsync();
        foreach (StreamedBatch batch in batches.ToBlockingEnumerable())
        {
            taken += batch.Batch.Rows;
            batch.Dispose();
            if (taken >= Pictures)
            {
                break;
            }
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new StageShares(
            reading.Seconds / seconds,
            decoding.Seconds / seconds / workers,
            (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / seconds / Environment.ProcessorCount
        );
    }

    /// <summary>
    /// The plain loop: read the episodes in their order, and decode, resize and collate a batch of windows when it is full; gives the
    /// pictures per second.
    /// </summary>
    public double OneAfterAnother()
    {
        long start = Stopwatch.GetTimestamp();
        long taken = LoopAsync().GetAwaiter().GetResult();
        return taken / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private async Task<long> LoopAsync()
    {
        TransitionStreamOptions options = OptionsOf(1);
        Collator collator = new(_imageSize, _imageSize, resize: true);
        DatasetReader<TransitionEpisode> reader = Reader();
        GroupMemoryPool memory = new();
        long taken = 0;
        while (taken < Pictures)
        {
            taken += await PassAsync(reader, collator, memory, options.BatchWindows);
        }
        return taken;
    }

    private static async Task<long> PassAsync(
        DatasetReader<TransitionEpisode> reader,
        Collator collator,
        GroupMemoryPool memory,
        int batchWindows
    )
    {
        List<(Window, LoadedGroup)> windows = [];
        long taken = 0;
        for (int index = 0; index < reader.Manifest.Parts.Length; index++)
        {
            reader.Verify(index, CancellationToken.None);
            await using DatasetPart<TransitionEpisode> part = await reader.OpenUnverifiedAsync(index, CancellationToken.None);
            for (int g = 0; g < part.Groups; g++)
            {
                LoadedGroup group = await LoadedGroup.ReadAsync(part, g, memory, keepDecoded: false, CancellationToken.None);
                foreach (Window window in WindowsOf(group))
                {
                    group.Hold();
                    windows.Add((window, group));
                    taken += windows.Count == batchWindows ? Collate(collator, windows) : 0;
                }
                group.LetGo();
            }
        }
        return taken + Collate(collator, windows);
    }

    private static IEnumerable<Window> WindowsOf(LoadedGroup group)
    {
        for (int episode = 0; episode < group.Episodes; episode++)
        {
            (int first, int end) = group.RowsOf(episode);
            int turns = end - first - (group.Rows.ReplyIds[end - 1].IsEmpty ? 1 : 0);
            for (int start = 0; start < turns; start += MaximumWindow)
            {
                yield return new Window(0, 0, episode, start, Math.Min(MaximumWindow, turns - start));
            }
        }
    }

    private static int Collate(Collator collator, List<(Window, LoadedGroup)> windows)
    {
        if (windows.Count == 0)
        {
            return 0;
        }
        StreamPosition nowhere = StreamPosition.StartOf(1);
        using StreamedBatch batch = collator.Collate(new BatchPlan([.. windows], nowhere, nowhere)).OrThrow();
        windows.Clear();
        return batch.Batch.Rows;
    }

    private DatasetReader<TransitionEpisode> Reader() => TransitionDataset.OpenReader(_folder).OrThrow();

    // Nothing is kept from pass to pass: what is measured is reading, not remembering.
    private TransitionStreamOptions OptionsOf(int workers) =>
        new()
        {
            Workers = workers,
            ImageSize = _imageSize,
            WindowTurns = MaximumWindow,
            CacheBytes = 0,
        };

    private static async Task WriteAsync(string folder, int turns)
    {
        DatasetHeader header = new() { Title = "Benchmark", Digests = ImmutableSortedDictionary<string, string>.Empty };
        await using DatasetWriter<StoredEpisode> writer = EpisodeDataset.OpenWriter(folder, header).OrThrow();
        foreach (StoredEpisode episode in NumberLinePlay.Play(turns))
        {
            await writer.WriteAsync(episode);
        }
        await writer.CompleteAsync();
    }
}
