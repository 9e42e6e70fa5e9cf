using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Core.Sampling;
using VlmQ.Dataflow;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Streaming;

/// <summary>
/// Endless batches of one or several transitions datasets, in a shuffled order that its seed decides. Row groups are read, pictures
/// decoded and batches collated in the background, a bounded number ahead of the caller.
/// </summary>
/// <remarks>
/// Several datasets are mixed window by window: each keeps its own order, and of any number of windows it has its share by weight, give or
/// take one. So every batch of more than a few windows holds all datasets, and the same seed and weights give the same batches.
/// </remarks>
public sealed class TransitionStream
{
    private readonly ImmutableArray<StreamSource> _sources;
    private readonly ImmutableArray<SourceCache> _caches;
    private readonly MixSchedule _schedule;
    private readonly TransitionStreamOptions _options;

    private TransitionStream(ImmutableArray<StreamSource> sources, TransitionStreamOptions options, int imageWidth, int imageHeight)
    {
        _sources = sources;
        _options = options;
        _schedule = new MixSchedule([.. sources.Select(source => source.Weight)]);
        ImageWidth = imageWidth;
        ImageHeight = imageHeight;
        _caches = [.. sources.Select(_ => new SourceCache(options.CacheBytes / sources.Length, 3L * imageWidth * imageHeight))];
    }

    /// <summary>Pixels in a picture's row.</summary>
    public int ImageWidth { get; }

    /// <summary>Rows of a picture.</summary>
    public int ImageHeight { get; }

    /// <summary>
    /// Batches that are read, not yet decoded, ahead of those that are: as many as the windows of a slice, so that the next slice's row
    /// groups are there when its turn comes.
    /// </summary>
    internal int BatchesAhead =>
        (int)Math.Clamp(_options.ShuffleTurns / _options.WindowTurns / _options.BatchWindows / _options.Share.World, 1, 1 << 16);

    /// <summary>Opens a stream of one dataset.</summary>
    /// <inheritdoc cref="OpenAsync(ImmutableArray{StreamSource}, TransitionStreamOptions, CancellationToken)"/>
    public static Task<Result<TransitionStream>> OpenAsync(
        DatasetReader<TransitionEpisode> reader,
        TransitionStreamOptions options,
        CancellationToken cancellationToken = default
    ) => OpenAsync([new StreamSource(reader)], options, cancellationToken);

    /// <summary>
    /// Opens a stream. Where no size of pictures is asked for it reads a row group of each dataset to learn it; other parts are opened when
    /// their turn comes.
    /// </summary>
    /// <param name="sources">The datasets; at least one.</param>
    /// <param name="options">How they become batches.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>
    /// The stream, or the fault of an empty dataset, of datasets whose pictures have not one size, or of following with several trainers that
    /// share no folder.
    /// </returns>
    public static async Task<Result<TransitionStream>> OpenAsync(
        ImmutableArray<StreamSource> sources,
        TransitionStreamOptions options,
        CancellationToken cancellationToken = default
    )
    {
        options.Validate();
        if (options.Check() is { } tooMany)
        {
            return tooMany;
        }
        if (sources.FirstOrDefault(source => source.Reader.Manifest.Parts.IsEmpty) is { } empty)
        {
            return Fault.Data("the dataset is empty", empty.Reader.Folder, "collect and convert episodes first");
        }
        if (options is { Share.World: > 1, PassFolder: null } && sources.FirstOrDefault(source => source.Follow) is { } followed)
        {
            return Fault.Configuration(
                "several trainers that follow a growing dataset must agree on its passes: each sees new parts at a time of its own",
                followed.Reader.Folder,
                "name a folder that all of them share with --passes, or read it without following"
            );
        }
        try
        {
            (int Width, int Height) size = options.ImageSize is { } side
                ? (side, side)
                : await SizeOfAsync(sources[0].Reader, cancellationToken).ConfigureAwait(false);
            for (int i = 1; i < sources.Length && options.ImageSize is null; i++)
            {
                DatasetReader<TransitionEpisode> other = sources[i].Reader;
                (int width, int height) = await SizeOfAsync(other, cancellationToken).ConfigureAwait(false);
                if ((width, height) != size)
                {
                    return Fault.Data(
                        $"the pictures are {width}×{height}, those of {sources[0].Reader.Folder} {size.Width}×{size.Height}",
                        other.Folder,
                        "convert both with one --image-size, or stream both with one image size"
                    );
                }
            }
            return new TransitionStream(sources, options, size.Width, size.Height);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    /// <summary>The batches from a position on, without end. Leaving the loop stops everything behind it.</summary>
    /// <param name="start">
    /// Where to begin: null for the start, or <see cref="StreamedBatch.Next"/> of the last batch that was used.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentException">The position is of another number of datasets.</exception>
    /// <exception cref="FaultException">A part, a row or a picture is not what it must be, or a position is of another dataset.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IAsyncEnumerable<StreamedBatch> ReadAsync(StreamPosition? start = null, CancellationToken cancellationToken = default)
    {
        StreamPosition begin = start ?? StreamPosition.StartOf(_sources.Length);
        if (begin.Sources.Length != _sources.Length)
        {
            throw new ArgumentException($"The position is of {begin.Sources.Length} datasets, not of {_sources.Length}.", nameof(start));
        }
        Collator collator = new(ImageWidth, ImageHeight, resize: _options.ImageSize is not null);
        return Source
            .From(PlansAsync(begin, cancellationToken), "read", BatchesAhead)
            .ParallelMap<StreamedBatch>(_options.Workers, collator.Collate, "decode", _options.Prefetch)
            .ReadAsync(cancellationToken: cancellationToken);
    }

    /// <summary>What is in each batch, before pictures are decoded.</summary>
    internal async IAsyncEnumerable<BatchPlan> PlansAsync(
        StreamPosition start,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var cursors = new SourceCursor[_sources.Length];
        try
        {
            long[] taken = new long[cursors.Length];
            for (int i = 0; i < cursors.Length; i++)
            {
                TransitionStreamOptions options = _options with { Seed = SeedOf(i) };
                cursors[i] = new SourceCursor(_sources[i], i, options, _caches[i], start.Sources[i], cancellationToken);
                taken[i] = cursors[i].Taken;
            }
            var step = new PlacedWindow[checked(_options.BatchWindows * _options.Share.World)];
            for (StreamPosition position = start; ; )
            {
                for (int i = 0; i < step.Length; i++)
                {
                    int source = _schedule.Next(taken);
                    step[i] = await cursors[source].NextAsync(source).ConfigureAwait(false);
                    taken[source]++;
                }
                var windows = await TakeAsync(step, cancellationToken).ConfigureAwait(false);
                StreamPosition next = new([.. cursors.Select(cursor => cursor.Position)]);
                yield return new BatchPlan(windows, position, next);
                position = next;
                foreach (SourceCursor cursor in cursors)
                {
                    await cursor.CloseLeftAsync().ConfigureAwait(false);
                }
            }
        }
        finally
        {
            foreach (SourceCursor? cursor in cursors)
            {
                if (cursor is not null)
                {
                    await cursor.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>This trainer's windows of a step, with their row groups, each held once a window.</summary>
    private async ValueTask<ImmutableArray<(Window, LoadedGroup)>> TakeAsync(PlacedWindow[] step, CancellationToken cancellationToken)
    {
        var windows = ImmutableArray.CreateBuilder<(Window, LoadedGroup)>(_options.BatchWindows);
        foreach (int mine in _options.Share.Deal<PlacedWindow>(step, PlacedWindow.ComparePlaces))
        {
            LoadedGroup group = await step[mine].ReadAsync(cancellationToken).ConfigureAwait(false);
            group.Hold();
            windows.Add((step[mine].Window, group));
        }
        return windows.MoveToImmutable();
    }

    // Datasets of equal sizes must not have equal orders; the first has the order that it has alone.
    private long SeedOf(int source) =>
        source == 0 ? _options.Seed : unchecked((long)RandomKey.Of(_options.Seed, "stream.source", source).Value);

    private static async Task<(int Width, int Height)> SizeOfAsync(DatasetReader<TransitionEpisode> reader, CancellationToken cancellation)
    {
        await using DatasetPart<TransitionEpisode> part = await reader.OpenUnverifiedAsync(0, cancellation).ConfigureAwait(false);
        ImmutableArray<TransitionEpisode> first = await part.ReadGroupAsync(0, cancellation).ConfigureAwait(false);
        return PictureCodec.SizeOf(first[0].Rows[0].Picture.AsSpan(), reader.Folder).OrThrow();
    }
}
