using System.Collections.Concurrent;
using System.Collections.Immutable;
using VlmQ.Core.Sampling;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Streaming;

/// <summary>The parts of a block: each is opened once, and gives its row groups when a window of theirs is asked for.</summary>
internal sealed class OpenBlock : IAsyncDisposable
{
    private readonly DatasetReader<TransitionEpisode> _reader;
    private readonly ConcurrentDictionary<int, LoadedPart>? _kept;
    private readonly Dictionary<int, DatasetPart<TransitionEpisode>> _open = [];
    private readonly Dictionary<int, LoadedPart> _parts = [];
    private readonly List<GroupSlot> _forgotten = [];
    private readonly GroupMemoryPool _memory;

    private OpenBlock(DatasetReader<TransitionEpisode> reader, ConcurrentDictionary<int, LoadedPart>? kept, GroupMemoryPool memory)
    {
        _reader = reader;
        _kept = kept;
        _memory = memory;
    }

    /// <summary>Opens a block and learns the lengths of its episodes.</summary>
    /// <param name="reader">The dataset.</param>
    /// <param name="kept">Where what was read stays for the passes that follow; null where memory is given back after each slice.</param>
    /// <param name="memory">What row groups are read into.</param>
    /// <param name="parts">The block's parts.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<OpenBlock> OpenAsync(
        DatasetReader<TransitionEpisode> reader,
        ConcurrentDictionary<int, LoadedPart>? kept,
        GroupMemoryPool memory,
        ImmutableArray<int> parts,
        CancellationToken cancellationToken
    )
    {
        OpenBlock block = new(reader, kept, memory);
        try
        {
            var turns = ImmutableArray.CreateBuilder<ImmutableArray<ImmutableArray<int>>>(parts.Length);
            foreach (int part in parts)
            {
                turns.Add(await block.TurnsAsync(part, cancellationToken).ConfigureAwait(false));
            }
            block.Turns = turns.MoveToImmutable();
            return block;
        }
        catch
        {
            await block.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>For each part, for each of its row groups, the number of turns of each episode.</summary>
    public ImmutableArray<ImmutableArray<ImmutableArray<int>>> Turns { get; private set; } = [];

    /// <summary>Takes out the row groups of the slice before, unless they are to be kept. Windows that were given may still ask for them.</summary>
    public void ForgetGroups()
    {
        if (_kept is not null)
        {
            return;
        }
        foreach (LoadedPart part in _parts.Values)
        {
            part.Forget(_forgotten);
        }
    }

    /// <summary>Lets go of what was taken out: called when no window of those is still to be read.</summary>
    public void LetGoOfForgotten()
    {
        foreach (GroupSlot slot in _forgotten)
        {
            slot.Group?.LetGo();
        }
        _forgotten.Clear();
    }

    /// <summary>The place of a window's row group, which need not be read yet.</summary>
    public GroupSlot SlotOf(Window window) => _parts[window.Part][window.Group];

    /// <summary>The row group of a window; it is read if its slot is empty.</summary>
    public async ValueTask<LoadedGroup> ReadAsync(Window window, GroupSlot slot, CancellationToken cancellationToken)
    {
        if (slot.Group is { } found)
        {
            return found;
        }
        // Trainers that read other row groups need not hold this part against its digest: that would be to read it.
        _reader.Verify(window.Part, cancellationToken);
        DatasetPart<TransitionEpisode> part = await OpenAsync(window.Part, cancellationToken).ConfigureAwait(false);
        LoadedGroup read = await LoadedGroup
            .ReadAsync(part, window.Group, _memory, _kept is not null, cancellationToken)
            .ConfigureAwait(false);
        slot.Group = read;
        return read;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        ForgetGroups();
        LetGoOfForgotten();
        foreach (DatasetPart<TransitionEpisode> part in _open.Values)
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }
        _open.Clear();
    }

    private async ValueTask<ImmutableArray<ImmutableArray<int>>> TurnsAsync(int part, CancellationToken cancellationToken)
    {
        if (_kept is null || !_kept.TryGetValue(part, out LoadedPart? loaded))
        {
            DatasetPart<TransitionEpisode> opened = await OpenAsync(part, cancellationToken).ConfigureAwait(false);
            loaded = new LoadedPart(await opened.ReadTurnsAsync(cancellationToken).ConfigureAwait(false));
            _kept?.TryAdd(part, loaded);
        }
        _parts.Add(part, loaded);
        return loaded.Turns;
    }

    private async ValueTask<DatasetPart<TransitionEpisode>> OpenAsync(int part, CancellationToken cancellationToken)
    {
        if (!_open.TryGetValue(part, out DatasetPart<TransitionEpisode>? opened))
        {
            opened = await _reader.OpenUnverifiedAsync(part, cancellationToken).ConfigureAwait(false);
            _open.Add(part, opened);
        }
        return opened;
    }
}
