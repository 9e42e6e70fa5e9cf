using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Manifest;

/// <summary>The manifest as JSON: equal manifests make equal bytes.</summary>
public static class ManifestJson
{
    private const string MakeAnew = "restore the file, or delete the folder and make the dataset again";

    private static readonly JsonWriterOptions WriterOptions = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes a manifest.</summary>
    public static byte[] Write(DatasetManifest manifest)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("format", manifest.Format);
            json.WriteNumber("version", DatasetManifest.FormatVersion);
            json.WriteString("kind", KindName(manifest.Kind));
            json.WriteBoolean("complete", manifest.Complete);
            json.WriteNumber("rows", manifest.Rows);
            json.WriteNumber("turns", manifest.Turns);
            json.WriteNumber("episodes", manifest.Episodes);
            json.WriteNumber("consumed", manifest.Consumed);
            json.WriteNumber("rejects", manifest.Rejects);
            json.WriteNumber("rejects_bytes", manifest.RejectsBytes);
            WriteTexts(json, "digests", manifest.Digests);
            WriteTexts(json, "properties", manifest.Properties);
            json.WriteStartArray("parts");
            foreach (PartEntry part in manifest.Parts)
            {
                WritePart(json, part);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>Reads a manifest.</summary>
    /// <param name="utf8">The file's bytes.</param>
    /// <param name="where">The file's path, for messages.</param>
    public static Result<DatasetManifest> Read(ReadOnlyMemory<byte> utf8, string where)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8);
            return Parse(document.RootElement);
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or ArgumentException
                        or OverflowException
            )
        {
            return Fault.Data($"is not a manifest: {exception.Reason()}", where, MakeAnew);
        }
    }

    private static string KindName(DatasetKind kind) => kind == DatasetKind.Episodes ? "episodes" : "transitions";

    private static void WriteTexts(Utf8JsonWriter json, string name, ImmutableSortedDictionary<string, string> texts)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in texts)
        {
            json.WriteString(key, value);
        }
        json.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter json, PartEntry part)
    {
        json.WriteStartObject();
        json.WriteString("file", part.File);
        json.WriteNumber("rows", part.Rows);
        json.WriteNumber("turns", part.Turns);
        json.WriteNumber("episodes", part.Episodes);
        json.WriteNumber("bytes", part.Bytes);
        json.WriteString("sha256", part.Sha256);
        json.WriteEndObject();
    }

    private static DatasetManifest Parse(JsonElement root)
    {
        string format = Text(root, "format");
        int version = root.GetProperty("version").GetInt32();
        DatasetKind kind = Text(root, "kind") switch
        {
            "episodes" => DatasetKind.Episodes,
            "transitions" => DatasetKind.Transitions,
            string other => throw new FormatException($"kind '{other}' is unknown"),
        };
        if (format != DatasetManifest.NameOf(kind) || version != DatasetManifest.FormatVersion)
        {
            throw new FormatException(
                $"it says {format}/{version}; this version reads {DatasetManifest.NameOf(kind)}/{DatasetManifest.FormatVersion}"
            );
        }
        DatasetManifest manifest = new()
        {
            Kind = kind,
            Complete = root.GetProperty("complete").GetBoolean(),
            Consumed = Count(root, "consumed"),
            Rejects = Count(root, "rejects"),
            RejectsBytes = Count(root, "rejects_bytes"),
            Digests = Texts(root, "digests"),
            Properties = Texts(root, "properties"),
            Parts = Parts(root.GetProperty("parts")),
        };
        CheckSum("rows", root, manifest.Rows);
        CheckSum("turns", root, manifest.Turns);
        CheckSum("episodes", root, manifest.Episodes);
        // Nothing states the sum of the bytes, but it must be a number.
        _ = manifest.Bytes;
        return manifest;
    }

    private static ImmutableArray<PartEntry> Parts(JsonElement array)
    {
        ImmutableArray<PartEntry>.Builder parts = ImmutableArray.CreateBuilder<PartEntry>(array.GetArrayLength());
        foreach (JsonElement element in array.EnumerateArray())
        {
            PartEntry part = new(
                Text(element, "file"),
                Count(element, "rows"),
                Count(element, "turns"),
                Count(element, "episodes"),
                Count(element, "bytes"),
                Text(element, "sha256")
            );
            if (part.File != PartEntry.NameOf(parts.Count))
            {
                throw new FormatException($"part {parts.Count} is called '{part.File}'; it must be {PartEntry.NameOf(parts.Count)}");
            }
            parts.Add(part);
        }
        return parts.ToImmutable();
    }

    private static ImmutableSortedDictionary<string, string> Texts(JsonElement root, string name)
    {
        ImmutableSortedDictionary<string, string>.Builder texts = ImmutableSortedDictionary.CreateBuilder<string, string>(
            StringComparer.Ordinal
        );
        foreach (JsonProperty property in root.GetProperty(name).EnumerateObject())
        {
            texts.Add(property.Name, property.Value.GetString() ?? throw new FormatException($"{name}.{property.Name} is null"));
        }
        return texts.ToImmutable();
    }

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    private static long Count(JsonElement element, string name)
    {
        long count = element.GetProperty(name).GetInt64();
        return count >= 0 ? count : throw new FormatException($"{name} is {count}");
    }

    private static void CheckSum(string name, JsonElement root, long sum)
    {
        if (Count(root, name) != sum)
        {
            throw new FormatException($"{name} is {Count(root, name)}, but the parts hold {sum}");
        }
    }
}
