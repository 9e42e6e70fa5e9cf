using System.Collections.Concurrent;
using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Sampling;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Streaming;

/// <summary>Goes through one dataset's order, a window at a time.</summary>
internal sealed class SourceCursor : IAsyncDisposable
{
    private readonly int _source;
    private readonly bool _follow;
    private readonly PassLedger? _ledger;
    private readonly TransitionStreamOptions _options;
    private readonly SourceCache _cache;
    private readonly SourcePosition _start;
    private readonly CancellationToken _cancellation;
    private readonly IAsyncEnumerator<WalkedSlice> _slices;
    private readonly List<OpenBlock> _left = [];
    private DatasetReader<TransitionEpisode> _reader;
    private ConcurrentDictionary<int, LoadedPart>? _kept;
    private OpenBlock? _block;
    private WalkedSlice _slice;
    private int _next;
    private long _taken;
    private int _parts;
    private string _digest = "";

    /// <param name="source">The dataset.</param>
    /// <param name="index">Its position in the stream.</param>
    /// <param name="options">Windows, shuffling and seed.</param>
    /// <param name="cache">Where what was read may stay.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public SourceCursor(
        StreamSource source,
        int index,
        TransitionStreamOptions options,
        SourceCache cache,
        SourcePosition start,
        CancellationToken cancellationToken
    )
    {
        _reader = source.Reader;
        _source = index;
        _follow = source.Follow;
        _ledger = source.Follow && options.PassFolder is { } folder ? new PassLedger(folder) : null;
        _options = options;
        _cache = cache;
        _start = start;
        _taken = start.Taken;
        _cancellation = cancellationToken;
        _slices = WindowWalk.SlicesAsync(SamplerOf, start.Order, OpenAsync).GetAsyncEnumerator(cancellationToken);
    }

    /// <summary>After the last window that was given.</summary>
    public SourcePosition Position => _taken == _start.Taken ? _start : new(_slice.After(_next - 1), _taken, _parts, _digest);

    /// <summary>Windows that were given, those before the start with them.</summary>
    public long Taken => _taken;

    /// <summary>The next window.</summary>
    /// <exception cref="FaultException">A part is not what it must be.</exception>
    public async ValueTask<PlacedWindow> NextAsync(int source)
    {
        if (_block is null || _next == _slice.Windows.Length)
        {
            await _slices.MoveNextAsync().ConfigureAwait(false);
            _slice = _slices.Current;
            _next = _slice.First;
            _block!.ForgetGroups();
        }
        Window window = _slice.Windows[_next++];
        _taken++;
        return new PlacedWindow(source, window, _block, _block.SlotOf(window));
    }

    /// <summary>
    /// Closes the blocks that were left and lets go of the row groups of the slices before: called when no window that was given is still
    /// to be read.
    /// </summary>
    public async ValueTask CloseLeftAsync()
    {
        _block?.LetGoOfForgotten();
        foreach (OpenBlock block in _left)
        {
            await block.DisposeAsync().ConfigureAwait(false);
        }
        _left.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _slices.DisposeAsync().ConfigureAwait(false);
        await CloseLeftAsync().ConfigureAwait(false);
        if (_block is not null)
        {
            await _block.DisposeAsync().ConfigureAwait(false);
        }
    }

    // The parts of a pass are those that were there when it began: the position says how many they are, and before, the ledger.
    private WindowSampler SamplerOf(int epoch)
    {
        if (_follow)
        {
            _reader = _reader.Refresh().OrThrow();
        }
        bool goesOn = _start.Parts > 0 && epoch == _start.Order.Epoch;
        _parts = goesOn && _follow ? Math.Min(_start.Parts, _reader.Manifest.Parts.Length) : _reader.Manifest.Parts.Length;
        if (!goesOn && _ledger is not null)
        {
            (_parts, _reader) = _ledger.PartsOf(_source, epoch, _reader);
        }
        _digest = _reader.Manifest.ContentDigest(_parts);
        if (goesOn && (_start.Parts, _start.Digest) != (_parts, _digest))
        {
            throw new FaultException(
                Fault.Data(
                    $"the position is of {_start.Parts} parts with the digest {_start.Digest}, the dataset has {_parts} with {_digest}",
                    _reader.Folder,
                    "name the dataset that the position is of, follow it if it has grown, or begin from the start"
                )
            );
        }
        _kept = _cache.Of(_reader.Manifest);
        return new WindowSampler(
            [.. _reader.Manifest.Parts.Take(_parts).Select(part => new PartSize(part.Turns, part.Episodes))],
            _options.WindowTurns,
            _options.ShuffleTurns,
            _options.MixedParts,
            _options.Seed
        );
    }

    private async ValueTask<ImmutableArray<ImmutableArray<ImmutableArray<int>>>> OpenAsync(ImmutableArray<int> parts)
    {
        if (_block is not null)
        {
            _left.Add(_block);
        }
        _block = await OpenBlock.OpenAsync(_reader, _kept, _cache.Memory, parts, _cancellation).ConfigureAwait(false);
        return _block.Turns;
    }
}
