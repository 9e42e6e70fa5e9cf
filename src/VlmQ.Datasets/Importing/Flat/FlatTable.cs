using System.Collections.Immutable;
using System.Globalization;
using Parquet.Schema;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Importing.Pictures;

namespace VlmQ.Datasets.Importing.Flat;

/// <summary>Reads the rows of a row group by a map.</summary>
internal sealed class FlatTable(ColumnMap map, Dictionary<long, string> tasks)
{
    /// <summary>The rows of a group.</summary>
    /// <param name="file">The file.</param>
    /// <param name="index">The row group.</param>
    /// <param name="firstRow">The file's row that it begins with.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="FaultException">The file is damaged, or does not have the columns that the map names.</exception>
    public Task<FlatRow[]> RowsAsync(FlatFile file, int index, long firstRow, CancellationToken cancellation) =>
        file.ReadGroupAsync(index, group => RowsAsync(file, new FlatColumns(file, group, cancellation), firstRow));

    private async Task<FlatRow[]> RowsAsync(FlatFile file, FlatColumns columns, long firstRow)
    {
        MappedColumns names = map.Columns;
        MappedConstants constants = map.Constants;
        string?[] episodes = await columns.LabelsAsync(names.Episode, number => Invariant($"episode-{number:D6}")).ConfigureAwait(false);
        long?[]? steps = await Maybe(names.Step, columns.WholesAsync).ConfigureAwait(false);
        PictureReference?[] pictures = await PicturesAsync(file, columns).ConfigureAwait(false);
        double?[]? rewards = await Maybe(names.Reward, columns.NumbersAsync).ConfigureAwait(false);
        string?[]? actions = await Maybe(names.Action, column => columns.LabelsAsync(column, number => ActionOf(file, column, number)))
            .ConfigureAwait(false);
        string?[]? replies = await Maybe(names.Reply, columns.TextsAsync).ConfigureAwait(false);
        bool?[]? terminated = await Maybe(names.Terminated, columns.FlagsAsync).ConfigureAwait(false);
        bool?[]? truncated = await Maybe(names.Truncated, columns.FlagsAsync).ConfigureAwait(false);
        bool?[]? successes = await Maybe(names.Success, columns.FlagsAsync).ConfigureAwait(false);
        string?[]? goals = await Maybe(names.Goal, columns.TextsAsync).ConfigureAwait(false);
        long?[]? taskIndices = await Maybe(names.TaskIndex, columns.WholesAsync).ConfigureAwait(false);
        string?[]? texts = await Maybe(names.Text, columns.TextsAsync).ConfigureAwait(false);
        long?[]? seeds = await Maybe(names.Seed, columns.WholesAsync).ConfigureAwait(false);
        string?[]? environments = await Maybe(names.Env, columns.TextsAsync).ConfigureAwait(false);
        string?[]? policies = await Maybe(names.Policy, columns.TextsAsync).ConfigureAwait(false);

        FlatRow[] rows = new FlatRow[columns.Rows];
        for (int i = 0; i < rows.Length; i++)
        {
            string where = Invariant($"{file.Path}, row {firstRow + i}");
            rows[i] = new FlatRow
            {
                Where = where,
                Episode = episodes[i] is { Length: > 0 } id
                    ? id
                    : throw new FaultException(
                        Fault.Data($"the column '{names.Episode}' is empty", where, "each row belongs to an episode")
                    ),
                Wrong = WrongIn(pictures[i]) ?? WrongTask(taskIndices?[i]),
                Step = steps?[i],
                Picture = pictures[i],
                PictureBytes = BytesOf(pictures[i]),
                Reward = rewards?[i],
                Action = actions?[i],
                Reply = replies?[i],
                Terminated = terminated?[i],
                Truncated = truncated?[i],
                Success = successes?[i] ?? constants.Success,
                Goal = goals?[i] ?? TaskOf(taskIndices?[i]) ?? constants.Goal,
                Text = texts?[i] ?? constants.Text,
                Seed = seeds?[i] ?? constants.Seed,
                Environment = environments?[i] ?? constants.Env,
                Policy = policies?[i] ?? constants.Policy,
            };
        }
        return rows;
    }

    private static async Task<T?> Maybe<T>(string? column, Func<string, Task<T>> read)
        where T : class => string.IsNullOrEmpty(column) ? null : await read(column).ConfigureAwait(false);

    private async Task<PictureReference?[]> PicturesAsync(FlatFile file, FlatColumns columns)
    {
        string name = map.Columns.Image;
        if (file.FindList(name) is { } list)
        {
            return Pixels(file, await columns.ByteListsAsync(list).ConfigureAwait(false));
        }
        DataField? bytes = file.Find(name) ?? file.Find(name + "/bytes");
        DataField? paths = bytes?.ClrType == typeof(ReadOnlyMemory<char>) ? bytes : file.Find(name + "/path");
        if (bytes is null && paths is null)
        {
            throw file.Missing(name);
        }
        PictureReference?[] pictures = new PictureReference?[columns.Rows];
        if (paths is not null)
        {
            string?[] read = await columns.TextsAsync(paths).ConfigureAwait(false);
            pictures = Array.ConvertAll(
                read,
                path => path is { Length: > 0 } ? new PictureReference.Address(path) : (PictureReference?)null
            );
        }
        if (bytes is null || bytes == paths)
        {
            return pictures;
        }
        byte[]?[] files = await columns.BytesAsync(bytes).ConfigureAwait(false);
        PictureReference?[] inside = map.Pixels is null ? Array.ConvertAll(files, File) : Pixels(file, files);
        for (int i = 0; i < inside.Length; i++)
        {
            pictures[i] = inside[i] ?? pictures[i];
        }
        return pictures;

        static PictureReference? File(byte[]? bytes) =>
            bytes is { Length: > 0 } ? new PictureReference.Bytes(ImageColumn.Wrap(bytes)) : null;
    }

    private PictureReference?[] Pixels(FlatFile file, byte[]?[] values)
    {
        PixelLayout layout =
            map.Pixels
            ?? throw file.Wrong(
                map.Columns.Image,
                "is a list of numbers",
                "say how pixels lie in it: pixels: {height: 96, width: 96, channels: 3, order: hwc}"
            );
        return Array.ConvertAll(
            values,
            list =>
                list is null ? null
                : list.Length == layout.Length ? new PictureReference.Pixels(layout.Picture(list))
                : (PictureReference?)new PictureReference.Bytes(ImageColumn.Wrap(list))
        );
    }

    // Pixels that are not as many as the layout says stay bytes, and are no PNG or JPEG file.
    private string? WrongIn(PictureReference? picture) =>
        picture is PictureReference.Bytes { File: var bytes } && map.Pixels is { } layout
            ? Invariant($"the picture has {bytes.Length} values, not {layout.Length} as `pixels` in the map says")
            : null;

    private string ActionOf(FlatFile file, string column, long number) =>
        map.Actions.IsDefaultOrEmpty
            ? throw file.Wrong(column, "holds whole numbers", "list what they mean in the map, from 0: actions: [left, right]")
        : number >= 0 && number < map.Actions.Length ? map.Actions[(int)number]
        : throw file.Wrong(
            column,
            Invariant($"holds {number}, and the map names {map.Actions.Length} actions"),
            "add the missing ones to `actions`"
        );

    private string? TaskOf(long? index) => index is { } number ? tasks.GetValueOrDefault(number) : null;

    private string? WrongTask(long? index) =>
        index is { } number && !tasks.ContainsKey(number) ? Invariant($"there is no task {number} in the table of tasks") : null;

    private static long BytesOf(PictureReference? picture) =>
        picture switch
        {
            PictureReference.Bytes bytes => bytes.File.Length,
            PictureReference.Pixels pixels => pixels.Image.Pixels.Length,
            _ => 0,
        };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
