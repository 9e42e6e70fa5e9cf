using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Importing.Chat;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Importing.Flat;

/// <summary>LeRobot's <c>meta/tasks.jsonl</c>: one <c>{"task_index": 0, "task": "…"}</c> a line.</summary>
internal static class TaskTable
{
    // A line is one sentence, and its index.
    private const int LineBytes = 1 << 16;

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
    public static Dictionary<long, string> Read(string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
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
                tasks[line.GetProperty("task_index").GetInt64()] = line.GetProperty("task").GetString() ?? "";
            }
            catch (Exception exception)
                when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                throw new FaultException(
                    Fault.Data("the line is no task", text.Where, """a line is {"task_index": 0, "task": "…"}"""),
                    exception
                );
            }
            if (tasks.Count > ImportLimits.Tasks)
            {
                throw new FaultException(Fault.Data($"there are more than {ImportLimits.Tasks} tasks", text.Where));
            }
        }
        return tasks;
    }
}
