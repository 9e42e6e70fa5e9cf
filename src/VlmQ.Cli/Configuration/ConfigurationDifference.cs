using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace VlmQ.Cli.Configuration;

/// <summary>Finds where two configurations differ.</summary>
internal static class ConfigurationDifference
{
    /// <summary>
    /// Keys of <see cref="TrainConfiguration"/> that decide when something is written, not what is learned, and of
    /// <see cref="RemoteConfiguration"/> that decide how fast and how often an endpoint is asked, not for what.
    /// </summary>
    public static ImmutableArray<string> WithoutEffect { get; } =
    [
        YamlBinder.KeyOf(nameof(TrainConfiguration.LogEvery)),
        YamlBinder.KeyOf(nameof(TrainConfiguration.CheckpointEvery)),
        YamlBinder.KeyOf(nameof(RemoteConfiguration.Concurrency)),
        YamlBinder.KeyOf(nameof(RemoteConfiguration.TokensPerMinute)),
        YamlBinder.KeyOf(nameof(RemoteConfiguration.Attempts)),
        YamlBinder.KeyOf(nameof(RemoteConfiguration.Timeout)),
    ];

    /// <summary>The first key whose value differs, with both values: <c>train.steps (6 there, 9 here)</c>; null for none.</summary>
    public static string? First(JsonNode? there, JsonNode? here, string path = "")
    {
        if (there is JsonObject old && here is JsonObject now)
        {
            return old.Select(pair => pair.Key)
                .Union(now.Select(pair => pair.Key))
                .Select(key => First(old[key], now[key], path.Length == 0 ? key : $"{path}.{key}"))
                .FirstOrDefault(difference => difference is not null);
        }
        return JsonNode.DeepEquals(there, here) ? null : $"{path} ({Text(there)} there, {Text(here)} here)";
    }

    private static string Text(JsonNode? node) => node is null ? "none" : node.ToJsonString().Trim('"');
}
