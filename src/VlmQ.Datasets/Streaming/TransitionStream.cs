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
    private readonly ImmutableArray<RowGroupAddress> _groups;
    private readonly LoadedGroup?[]? _kept;

    private TransitionStream(
        DatasetReader<TransitionEpisode> reader,
        TransitionStreamOptions options,
        ImmutableArray<(RowGroupAddress Address, ImmutableArray<int> Turns)> index,
        int imageWidth,
        int imageHeight
    )
    {
        _reader = reader;
        _options = options;
        _groups = [.. index.Select(group => group.Address)];
        ImageWidth = imageWidth;
        ImageHeight = imageHeight;
        Sampler = new WindowSampler([.. index.Select(group => group.Turns)], options.WindowTurns, options.ShuffleTurns, options.Seed);
        long bytes = reader.Manifest.Bytes + (reader.Manifest.Rows * imageWidth * imageHeight * 3);
        _kept = bytes <= options.CacheBytes ? new LoadedGroup?[_groups.Length] : null;
    }

    /// <summary>The order.</summary>
    public WindowSampler Sampler { get; }

    /// <summary>Pixels in a picture's row.</summary>
    public int ImageWidth { get; }

    /// <summary>Rows of a picture.</summary>
    public int ImageHeight { get; }

    /// <summary>Opens a stream: reads the small columns of all parts to learn how long the episodes are.</summary>
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
            var index = await reader.IndexAsync(cancellationToken).ConfigureAwait(false);
            ImmutableArray<TransitionEpisode> first = await reader
                .ReadGroupAsync(index[0].Address, cancellationToken)
                .ConfigureAwait(false);
            return PngCodec
                .SizeOf(first[0].Rows[0].Png.AsSpan(), reader.Folder)
                .Map(size => new TransitionStream(reader, options, index, size.Width, size.Height));
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

    private async IAsyncEnumerable<BatchPlan> PlansAsync(
        SamplerPosition start,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        List<(Window, LoadedGroup)> windows = new(_options.BatchWindows);
        SamplerPosition position = start;
        long skip = start.Window;
        for (int epoch = start.Epoch; ; epoch = checked(epoch + 1))
        {
            long taken = 0;
            ImmutableArray<ImmutableArray<int>> blocks = Sampler.Blocks(epoch);
            for (int block = 0; block < blocks.Length; block++)
            {
                int count = Sampler.Count(epoch, blocks[block]);
                if (taken + count <= skip)
                {
                    taken += count;
                    continue;
                }
                Dictionary<int, LoadedGroup> loaded = [];
                ImmutableArray<Window> order = Sampler.Windows(epoch, block, blocks[block]);
                for (int i = (int)Math.Max(0, skip - taken); i < count; i++)
                {
                    Window window = order[i];
                    windows.Add((window, await LoadAsync(window.Group, loaded, cancellationToken).ConfigureAwait(false)));
                    if (windows.Count == _options.BatchWindows)
                    {
                        SamplerPosition next = new(epoch, taken + i + 1);
                        yield return new BatchPlan([.. windows], position, next);
                        windows.Clear();
                        position = next;
                    }
                }
                taken += count;
            }
            skip = 0;
        }
    }

    private async ValueTask<LoadedGroup> LoadAsync(int group, Dictionary<int, LoadedGroup> loaded, CancellationToken cancellationToken)
    {
        LoadedGroup? found = _kept is null ? loaded.GetValueOrDefault(group) : Volatile.Read(ref _kept[group]);
        if (found is not null)
        {
            return found;
        }
        LoadedGroup read = new(
            await _reader.ReadGroupAsync(_groups[group], cancellationToken).ConfigureAwait(false),
            keepDecoded: _kept is not null
        );
        if (_kept is null)
        {
            loaded.Add(group, read);
        }
        else
        {
            Volatile.Write(ref _kept[group], read);
        }
        return read;
    }
}
