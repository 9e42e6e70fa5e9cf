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
}
