using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Importing.Pictures;

namespace VlmQ.Datasets.Importing.Flat;

/// <summary>Parquet files of flat columns, in order; an episode may go on in the next file.</summary>
internal sealed class FlatSource : IImportSource
{
    private readonly ImmutableArray<string> _tables;
    private readonly string? _tasks;
    private readonly ColumnMap _map;
    private readonly ImportOptions _options;

    private FlatSource(ImmutableArray<string> tables, string? tasks, ColumnMap map, ImportOptions options)
    {
        _tables = tables;
        _tasks = tasks;
        _map = map;
        _options = options;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Files => _tasks is null ? _tables : [.. _tables, _tasks];

    /// <summary>A source, or what is wrong with its map.</summary>
    public static Result<IImportSource> Create(ImmutableArray<string> files, ImportOptions options)
    {
        if (options.Map is not { } map)
        {
            return Fault.Configuration(
                "a map is needed to know what its columns mean",
                files[0],
                "give one with --map, as data/import/minari/map.yaml and data/import/lerobot/map.yaml show"
            );
        }
        if (WrongIn(map, options.PixelLimit) is { } wrong)
        {
            return wrong;
        }
        return map.Tasks is { } tasks
            ? TaskTable.Find(files[0], tasks).Map(IImportSource (file) => new FlatSource(files, file, map, options))
            : new FlatSource(files, null, map, options);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ImportItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        FlatTable table = new(_map, _tasks is null ? [] : await TaskTable.ReadAsync(_tasks, cancellationToken).ConfigureAwait(false));
        EpisodeRows episode = new();
        PictureLoader? pictures = null;
        PictureLoader? pathsOfEpisode = null;
        foreach (string path in _tables)
        {
            pictures = pictures is null || _options.ImageRoot is null ? LoaderOf(path) : pictures;
            await using FlatFile file = await FlatFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            long firstRow = 0;
            for (int group = 0; group < file.Groups; group++)
            {
                FlatRow[] rows = await table.RowsAsync(file, group, firstRow, cancellationToken).ConfigureAwait(false);
                firstRow += rows.Length;
                foreach (FlatRow row in rows)
                {
                    if (episode.EndsBefore(row))
                    {
                        yield return Item(episode.Take(), pathsOfEpisode!);
                    }
                    pathsOfEpisode = episode.IsEmpty ? pictures : pathsOfEpisode;
                    episode.Add(row);
                }
            }
        }
        if (!episode.IsEmpty)
        {
            yield return Item(episode.Take(), pathsOfEpisode!);
        }
    }

    private PictureLoader LoaderOf(string path) =>
        new(_options.ImageRoot ?? Path.GetDirectoryName(Path.GetFullPath(path))!, _options.PixelLimit);

    private static ImportItem Item(List<FlatRow> rows, PictureLoader pictures) =>
        new(rows[0].Episode, pictures, () => FlatEpisode.Draft(rows));

    private static Fault? WrongIn(ColumnMap map, long pixelLimit)
    {
        string? wrong =
            map.Columns.Action is null && map.Columns.Reply is null ? "the map names neither an `action` nor a `reply`"
            : map.Columns.TaskIndex is not null != map.Tasks is not null ? "`task_index` and `tasks` come together or not at all"
            : map.Pixels is { Channels: 2 } ? "`pixels.channels` is 1, 3 or 4"
            : map.Pixels is { } layout && (long)layout.Height * layout.Width > pixelLimit ? $"`pixels` has more than {pixelLimit} pixels"
            : null;
        return wrong is null ? null : Fault.Configuration(wrong, "--map", "see data/import/minari and data/import/lerobot for examples");
    }

    // The rows of the episode that is being read.
    private sealed class EpisodeRows
    {
        private readonly HashSet<UInt128> _seen = [];
        private List<FlatRow> _rows = [];
        private long _bytes;

        public bool IsEmpty => _rows.Count == 0;

        public bool EndsBefore(FlatRow row) => !IsEmpty && _rows[0].Episode != row.Episode;

        public List<FlatRow> Take()
        {
            List<FlatRow> rows = _rows;
            _rows = [];
            _bytes = 0;
            return rows;
        }

        public void Add(FlatRow row)
        {
            if (_rows.Count == 0 && !_seen.Add(EpisodeKey.Of(row.Episode)))
            {
                throw new FaultException(
                    Fault.Data(
                        $"'{row.Episode}' goes on after another episode",
                        row.Where,
                        "sort the table by episode and step; import datasets apart"
                    )
                );
            }
            _rows.Add(row);
            _bytes += row.PictureBytes;
            if (_bytes > ImportLimits.EpisodeBytes || _rows.Count > ImportLimits.EpisodeRows)
            {
                throw new FaultException(
                    Fault.Data(
                        $"an episode has more than {ImportLimits.EpisodeRows} rows or {ImportLimits.EpisodeBytes} bytes of pictures",
                        row.Where,
                        "map the column that tells episodes apart as `episode`"
                    )
                );
            }
        }
    }
}
