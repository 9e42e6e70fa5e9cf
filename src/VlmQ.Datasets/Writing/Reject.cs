using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Writing;

/// <summary>An episode that could not be used, and why: one line of <c>rejects.jsonl</c>.</summary>
/// <param name="Episode">The episode's id; empty where even that could not be read.</param>
/// <param name="Fault">What is wrong with it.</param>
public sealed record Reject(string Episode, Fault Fault)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "rejects.jsonl";

    /// <summary>The line, with its line end.</summary>
    public byte[] ToLine()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("episode", Episode);
            json.WriteString("kind", Fault.Kind.ToString().ToLowerInvariant());
            json.WriteString("what", Fault.What);
            json.WriteString("where", Fault.Where);
            json.WriteString("remedy", Fault.Remedy);
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="ArgumentException">It has another kind of fault.</exception>
    /// <exception cref="KeyNotFoundException">Something is missing.</exception>
    /// <exception cref="InvalidOperationException">Something is no text.</exception>
    /// <exception cref="FormatException">Something is null.</exception>
    public static Reject Parse(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        FaultKind kind = Enum.Parse<FaultKind>(Text("kind"), ignoreCase: true);
        return new Reject(Text("episode"), new Fault(kind, Text("what"), Text("where"), Text("remedy")));

        string Text(string name) => root.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");
    }
}
