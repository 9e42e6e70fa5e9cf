using System.Text.Json.Nodes;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>One line of JSON a logged step. Lines of steps that a resumed training does again are dropped.</summary>
internal sealed class MetricsFile : IDisposable
{
    private readonly StreamWriter _writer;

    private MetricsFile(StreamWriter writer) => _writer = writer;

    public static MetricsFile Open(string path, long stepsDone)
    {
        string[] kept = File.Exists(path) ? [.. File.ReadLines(path).TakeWhile(line => StepOf(line) <= stepsDone)] : [];
        StreamWriter writer = new(path, append: false);
        foreach (string line in kept)
        {
            writer.WriteLine(line);
        }
        return new MetricsFile(writer);
    }

    public void Write(string line) => _writer.WriteLine(line);

    public void Flush() => _writer.Flush();

    public void Dispose() => _writer.Dispose();

    /// <summary>The step of a line; beyond all steps for a line that was cut.</summary>
    private static long StepOf(string line)
    {
        try
        {
            return (long?)JsonNode.Parse(line)?["metrics"]?["step"] ?? long.MaxValue;
        }
        catch (System.Text.Json.JsonException)
        {
            return long.MaxValue;
        }
    }
}
