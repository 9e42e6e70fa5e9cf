using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Reading;

/// <summary>One part of a dataset, opened once and read a row group at a time.</summary>
/// <typeparam name="TEpisode">A whole episode in memory.</typeparam>
internal sealed class DatasetPart<TEpisode> : IAsyncDisposable
{
    private readonly PartReader _reader;
    private readonly IEpisodeCodec<TEpisode> _codec;
    private readonly PartEntry _entry;
    private readonly string _path;
    private readonly long[] _firstRows;

    public DatasetPart(PartReader reader, IEpisodeCodec<TEpisode> codec, PartEntry entry, string path)
    {
        _reader = reader;
        _codec = codec;
        _entry = entry;
        _path = path;
        _firstRows = new long[reader.Groups];
        for (int group = 1; group < _firstRows.Length; group++)
        {
            _firstRows[group] = _firstRows[group - 1] + reader.RowsOf(group - 1);
        }
    }

    /// <summary>Row groups in the part.</summary>
    public int Groups => _firstRows.Length;

    /// <summary>The episodes of one row group, in order.</summary>
    /// <exception cref="FaultException">A row is not what it must be.</exception>
    public async Task<ImmutableArray<TEpisode>> ReadGroupAsync(int group, CancellationToken cancellationToken)
    {
        ImmutableArray<ReadEpisode<TEpisode>> episodes = await ReadGroupAsync(
                group,
                columns => _codec.ReadAsync(columns, cancellationToken)
            )
            .ConfigureAwait(false);
        ImmutableArray<TEpisode>.Builder read = ImmutableArray.CreateBuilder<TEpisode>(episodes.Length);
        foreach (ReadEpisode<TEpisode> episode in episodes)
        {
            read.Add(episode.Episode.OrThrow());
        }
        return read.MoveToImmutable();
    }

    /// <summary>Reads from the columns of one row group.</summary>
    /// <exception cref="FaultException">They cannot be read.</exception>
    public Task<T> ReadGroupAsync<T>(int group, Func<RowGroupColumns, Task<T>> read, GroupMemory? memory = null) =>
        _reader.ReadGroupAsync(group, _firstRows[group], read, memory);

    /// <summary>For each row group, how many turns each of its episodes has; reads the small columns alone.</summary>
    /// <exception cref="FaultException">A row is not what it must be, or the part is not the one that the manifest tells of.</exception>
    public async Task<ImmutableArray<ImmutableArray<int>>> ReadTurnsAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<ImmutableArray<int>>.Builder groups = ImmutableArray.CreateBuilder<ImmutableArray<int>>(_firstRows.Length);
        long turns = 0;
        long episodes = 0;
        for (int group = 0; group < _firstRows.Length; group++)
        {
            ImmutableArray<int> lengths = await ReadGroupAsync(group, columns => TurnsAsync(columns, cancellationToken))
                .ConfigureAwait(false);
            groups.Add(lengths);
            episodes += lengths.Length;
            foreach (int length in lengths)
            {
                turns += length;
            }
        }
        return turns == _entry.Turns && episodes == _entry.Episodes
            ? groups.MoveToImmutable()
            : throw new FaultException(
                Fault.Data(
                    $"the part has {episodes} episodes of {turns} turns, the manifest says {_entry.Episodes} of {_entry.Turns}",
                    _path,
                    "restore the folder from where it was copied, or make the dataset again"
                )
            );
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    private static async Task<ImmutableArray<int>> TurnsAsync(RowGroupColumns columns, CancellationToken cancellationToken)
    {
        string?[] ids = await columns.ReadTextAsync("episode_id", cancellationToken).ConfigureAwait(false);
        int[] turns = await columns.ReadAsync<int>("turn", cancellationToken).ConfigureAwait(false);
        bool[] terminated = await columns.ReadAsync<bool>("terminated", cancellationToken).ConfigureAwait(false);
        ImmutableArray<int>.Builder episodes = ImmutableArray.CreateBuilder<int>();
        foreach ((int first, int end) in EpisodeBorders.Of(ids, turns))
        {
            // An episode that is not terminated ends with the row of its final observation.
            int count = end - first - (terminated[end - 1] ? 0 : 1);
            if (count < 1)
            {
                throw new FaultException(columns.FaultAt(first, "terminated", "the episode has no turn"));
            }
            episodes.Add(count);
        }
        return episodes.ToImmutable();
    }
}
