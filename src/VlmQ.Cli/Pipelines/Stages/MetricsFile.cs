using System.Text.Json;
using System.Text.Json.Nodes;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>One line of JSON a logged step. Lines of steps that a resumed training does again are dropped, and one that was cut.</summary>
internal sealed class MetricsFile : IDisposable
{
    private readonly StreamWriter _writer;

    private MetricsFile(StreamWriter writer) => _writer = writer;

    /// <summary>Opens a file to append to, after dropping what lies beyond the steps that are done.</summary>
    public static MetricsFile Open(string path, long stepsDone)
    {
        IEnumerable<string> there = File.Exists(path) ? File.ReadLines(path) : [];
        RunFolder.WriteLines(path, [.. there.TakeWhile(line => StepOf(line) <= stepsDone)]);
        return new MetricsFile(new StreamWriter(path, append: true));
    }

    /// <summary>The lines of a training that came to its end.</summary>
    public static Result<string[]> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        int broken = Array.FindIndex(lines, line => StepOf(line) is null);
        return broken < 0
            ? lines
            : Fault.Data("not a line of metrics", $"{path}:{broken + 1}", $"remove {Path.GetDirectoryName(path)} to train again");
    }

    public void Write(string line) => _writer.WriteLine(line);

    public void Flush() => _writer.Flush();

    public void Dispose() => _writer.Dispose();

    /// <summary>The step of a line; null for a line that was cut.</summary>
    private static long? StepOf(string line)
    {
        try
        {
            return (long?)JsonNode.Parse(line)?["metrics"]?["step"];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
