using System.Text.Json;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Support;

/// <summary>Golden strings, ids and texts of tokenizers.</summary>
internal static class TokenizerVectors
{
    public static string PathOf(string folder, string file) => Fixtures.PathOf("models", "tokenizers", folder, file);

    public static JsonElement[] Rows(string folder, string file)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(PathOf(folder, file)));
        return [.. json.RootElement.GetProperty("vectors").Clone().EnumerateArray()];
    }

    public static int[] Ids(JsonElement row, params string[] names) =>
        [.. Property(row, names)!.Value.EnumerateArray().Select(id => id.GetInt32())];

    public static string Text(JsonElement row, params string[] names) => Property(row, names)!.Value.GetString()!;

    /// <summary>The first of some columns that a row has.</summary>
    private static JsonElement? Property(JsonElement row, string[] names)
    {
        foreach (string name in names)
        {
            if (row.TryGetProperty(name, out JsonElement value))
            {
                return value;
            }
        }
        return null;
    }
}
