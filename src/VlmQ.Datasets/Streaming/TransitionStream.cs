using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VlmQ.Core.Episodes;
using VlmQ.Core.Sampling;
using VlmQ.Dataflow;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Streaming;

/// <summary>
/// Endless batches of a transitions dataset, in a shuffled order that its seed decides. Row groups are read, pictures decoded and
/// batches collated in the background, a bounded number ahead of the caller.
/// </summary>
public sealed class TransitionStream
{
    private readonly DatasetReader<TransitionEpisode> _reader;
    private readonly TransitionStreamOptions _options;
    private readonly ConcurrentDictionary<int, LoadedPart>? _kept;

    private TransitionStream(DatasetReader<TransitionEpisode> reader, TransitionStreamOptions options, int imageWidth, int imageHeight)
    {
        _reader = reader;
        _options = options;
        ImageWidth = imageWidth;
        ImageHeight = imageHeight;
        ImmutableArray<PartSize> parts = [.. reader.Manifest.Parts.Select(part => new PartSize(part.Turns, part.Episodes))];
        Sampler = new WindowSampler(parts, options.WindowTurns, options.ShuffleTurns, options.MixedParts, options.Seed);
        long bytes = reader.Manifest.Bytes + (reader.Manifest.Rows * imageWidth * imageHeight * 3);
        _kept = bytes <= options.CacheBytes ? new ConcurrentDictionary<int, LoadedPart>() : null;
    }

    /// <summary>The order.</summary>
    public WindowSampler Sampler { get; }

    /// <summary>The dataset's folder.</summary>
    public string Folder => _reader.Folder;

    /// <summary>Pixels in a picture's row.</summary>
    public int ImageWidth { get; }

    /// <summary>Rows of a picture.</summary>
    public int ImageHeight { get; }

    /// <summary>Opens a stream: reads one row group to learn how large the pictures are. Other parts are opened when their turn comes.</summary>
    /// <param name="reader">The dataset.</param>
    /// <param name="options">How it becomes batches.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<Result<TransitionStream>> OpenAsync(
        DatasetReader<TransitionEpisode> reader,
        TransitionStreamOptions options,
        CancellationToken cancellationToken = default
    )
    {
        options.Validate();
        if (reader.Manifest.Parts.IsEmpty)
        {
            return Fault.Data("the dataset is empty", reader.Folder, "collect and convert episodes first");
        }
        try
        {
            await using DatasetPart<TransitionEpisode> part = await reader.OpenAsync(0, cancellationToken).ConfigureAwait(false);
            ImmutableArray<TransitionEpisode> first = await part.ReadGroupAsync(0, cancellationToken).ConfigureAwait(false);
            return PictureCodec
                .SizeOf(first[0].Rows[0].Png.AsSpan(), reader.Folder)
                .Map(size => new TransitionStream(reader, options, size.Width, size.Height));
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    /// <summary>The batches from a position on, without end. Leaving the loop stops everything behind it.</summary>
    /// <param name="start">Where to begin: the start, or <see cref="StreamedBatch.Next"/> of the last batch that was used.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="FaultException">A part, a row or a picture is not what it must be.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IAsyncEnumerable<StreamedBatch> ReadAsync(SamplerPosition start = default, CancellationToken cancellationToken = default)
    {
        Collator collator = new(ImageWidth, ImageHeight);
        return Source
            .From(PlansAsync(start, cancellationToken), "read", capacity: 1)
            .ParallelMap<StreamedBatch>(_options.Workers, collator.Collate, "decode", _options.Prefetch)
            .ReadAsync(cancellationToken: cancellationToken);
    }

    /// <summary>What is in each batch, before pictures are decoded.</summary>
    internal async IAsyncEnumerable<BatchPlan> PlansAsync(
        SamplerPosition start,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        List<(Window, LoadedGroup)> windows = new(_options.BatchWindows);
        SamplerPosition position = start;
        long taken = 0;
        await using BlockReader block = new(_reader, _kept);
        var slices = WindowWalk.SlicesAsync(Sampler, start, parts => block.BeginAsync(parts, cancellationToken));
        await foreach (WalkedSlice slice in slices.ConfigureAwait(false))
        {
            block.ForgetGroups();
            for (int i = slice.First; i < slice.Windows.Length; i++, taken++)
            {
                if (_options.Share.Takes(taken, _options.BatchWindows))
                {
                    Window window = slice.Windows[i];
                    windows.Add((window, await block.GroupAsync(window, cancellationToken).ConfigureAwait(false)));
                }
                if (_options.Share.EndsStep(taken, _options.BatchWindows))
                {
                    SamplerPosition next = slice.After(i);
                    yield return new BatchPlan([.. windows], position, next);
                    windows.Clear();
                    position = next;
                }
            }
        }
    }
}
