using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Importing.Chat;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Importing.Flat;

/// <summary>
/// LeRobot's tasks: <c>meta/tasks.jsonl</c> with one <c>{"task_index": 0, "task": "…"}</c> a line, or since its version 3
/// <c>meta/tasks.parquet</c> with these columns, of which pandas may call the second <c>__index_level_0__</c>.
/// </summary>
internal static class TaskTable
{
    // A line is one sentence, and its index.
    private const int LineBytes = 1 << 16;

    private const string IndexColumn = "task_index";
    private const string TaskColumn = "task";
    private const string TaskAsIndex = "__index_level_0__";

    /// <summary>The table's file.</summary>
    /// <param name="beside">A file of the dataset.</param>
    /// <param name="relative">The path that the map gives.</param>
    public static Result<string> Find(string beside, string relative)
    {
        if (Path.IsPathRooted(relative) || relative.Split('/', '\\').Contains(".."))
        {
            return Fault.Configuration($"'{relative}' leads out of the dataset", "tasks", "give a path inside of the dataset");
        }
        return NearbyFile.Find(beside, relative) is { } file
            ? file
            : Fault.Configuration(
                $"there is no table of tasks '{relative}'",
                beside,
                "mend `tasks` in the map, or map `goal` to a column that has the task in words"
            );
    }

    /// <summary>The tasks by number.</summary>
    /// <exception cref="FaultException">The file is no such table.</exception>
    public static async Task<Dictionary<long, string>> ReadAsync(string file, CancellationToken cancellation)
    {
        if (Path.GetExtension(file) == ".parquet")
        {
            return await ReadParquetAsync(file, cancellation).ConfigureAwait(false);
        }
        try
        {
            await using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return Read(stream, file);
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            throw StorageFaults.Read(Path.GetDirectoryName(file)!, Path.GetFileName(file), exception);
        }
    }

    /// <summary>The tasks by number.</summary>
    /// <param name="stream">The table's bytes.</param>
    /// <param name="name">What to call it in faults.</param>
    /// <exception cref="FaultException">It is no such table.</exception>
    public static Dictionary<long, string> Read(Stream stream, string name)
    {
        Dictionary<long, string> tasks = [];
        foreach (JsonText text in JsonTexts.Of(stream, name, LineBytes))
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(text.Utf8);
                JsonElement line = document.RootElement;
                tasks[line.GetProperty(IndexColumn).GetInt64()] = line.GetProperty(TaskColumn).GetString() ?? "";
            }
            catch (Exception exception)
                when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                throw new FaultException(
                    Fault.Data("the line is no task", text.Where, """a line is {"task_index": 0, "task": "…"}"""),
                    exception
                );
            }
            CheckCount(tasks, text.Where);
        }
        return tasks;
    }

    private static async Task<Dictionary<long, string>> ReadParquetAsync(string path, CancellationToken cancellation)
    {
        Dictionary<long, string> tasks = [];
        await using FlatFile file = await FlatFile.OpenAsync(path, cancellation).ConfigureAwait(false);
        string words = file.Find(TaskColumn) is null && file.Find(TaskAsIndex) is not null ? TaskAsIndex : TaskColumn;
        for (int group = 0; group < file.Groups; group++)
        {
            (long?[] indices, string?[] texts) = await file.ReadGroupAsync(
                    group,
                    async reader =>
                    {
                        FlatColumns columns = new(file, reader, cancellation);
                        long?[] numbers = await columns.WholesAsync(IndexColumn).ConfigureAwait(false);
                        return (numbers, await columns.TextsAsync(words).ConfigureAwait(false));
                    }
                )
                .ConfigureAwait(false);
            for (int i = 0; i < indices.Length; i++)
            {
                if (indices[i] is { } index)
                {
                    tasks[index] = texts[i] ?? "";
                }
            }
            CheckCount(tasks, path);
        }
        return tasks;
    }

    private static void CheckCount(Dictionary<long, string> tasks, string where)
    {
        if (tasks.Count > ImportLimits.Tasks)
        {
            throw new FaultException(Fault.Data($"there are more than {ImportLimits.Tasks} tasks", where));
        }
    }
}
