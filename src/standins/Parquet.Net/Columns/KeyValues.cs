using Parquet.Meta;

namespace Parquet.Columns;

/// <summary>Key-value metadata as a dictionary.</summary>
internal static class KeyValues
{
    /// <summary>The entries; of a key that is there twice, the later one; a missing value is empty.</summary>
    public static Dictionary<string, string> ToDictionary(List<KeyValue>? entries)
    {
        var result = new Dictionary<string, string>();
        foreach (KeyValue entry in entries ?? [])
        {
            result[entry.Key] = entry.Value ?? string.Empty;
        }
        return result;
    }
}
