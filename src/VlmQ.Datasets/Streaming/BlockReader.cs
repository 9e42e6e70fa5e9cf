using System.Collections.Concurrent;
using System.Collections.Immutable;
using VlmQ.Core.Sampling;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Streaming;

/// <summary>
/// The parts of the block that is being taken: each is opened once, stays open until the next block, and gives its row groups when a
/// window of theirs is asked for.
/// </summary>
/// <param name="reader">The dataset.</param>
/// <param name="kept">Where what was read stays for the passes that follow; null where memory is given back after each slice.</param>
internal sealed class BlockReader(DatasetReader<TransitionEpisode> reader, ConcurrentDictionary<int, LoadedPart>? kept) : IAsyncDisposable
{
    private readonly Dictionary<int, DatasetPart<TransitionEpisode>> _open = [];
    private readonly Dictionary<int, LoadedPart> _parts = [];

    /// <summary>Goes on to a block: gives the lengths of its parts' episodes.</summary>
    public async ValueTask<ImmutableArray<ImmutableArray<ImmutableArray<int>>>> BeginAsync(
        ImmutableArray<int> parts,
        CancellationToken cancellationToken
    )
    {
        await DisposeAsync().ConfigureAwait(false);
        _parts.Clear();
        var turns = ImmutableArray.CreateBuilder<ImmutableArray<ImmutableArray<int>>>(parts.Length);
        foreach (int part in parts)
        {
            if (kept is null || !kept.TryGetValue(part, out LoadedPart? loaded))
            {
                DatasetPart<TransitionEpisode> opened = await OpenAsync(part, cancellationToken).ConfigureAwait(false);
                loaded = new LoadedPart(await opened.ReadTurnsAsync(cancellationToken).ConfigureAwait(false));
                kept?.TryAdd(part, loaded);
            }
            _parts.Add(part, loaded);
            turns.Add(loaded.Turns);
        }
        return turns.MoveToImmutable();
    }

    /// <summary>Gives the memory of the slice before back, unless it is to be kept.</summary>
    public void ForgetGroups()
    {
        if (kept is not null)
        {
            return;
        }
        foreach (LoadedPart part in _parts.Values)
        {
            part.Forget();
        }
    }

    /// <summary>The row group of a window of the block.</summary>
    public async ValueTask<LoadedGroup> GroupAsync(Window window, CancellationToken cancellationToken)
    {
        LoadedPart part = _parts[window.Part];
        if (part[window.Group] is { } found)
        {
            return found;
        }
        DatasetPart<TransitionEpisode> opened = await OpenAsync(window.Part, cancellationToken).ConfigureAwait(false);
        LoadedGroup read = new(
            await opened.ReadGroupAsync(window.Group, cancellationToken).ConfigureAwait(false),
            keepDecoded: kept is not null
        );
        part[window.Group] = read;
        return read;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (DatasetPart<TransitionEpisode> part in _open.Values)
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }
        _open.Clear();
    }

    private async ValueTask<DatasetPart<TransitionEpisode>> OpenAsync(int part, CancellationToken cancellationToken)
    {
        if (!_open.TryGetValue(part, out DatasetPart<TransitionEpisode>? opened))
        {
            opened = await reader.OpenAsync(part, cancellationToken).ConfigureAwait(false);
            _open.Add(part, opened);
        }
        return opened;
    }
}
