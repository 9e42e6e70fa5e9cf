using System.Text.Json;
using System.Text.Json.Nodes;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage;

namespace VlmQ.Cli.Pipelines;

/// <summary>
/// What must stay the same in a run folder, so that what is there can be used again: environment, observations, replies, conversion, training, and each data
/// set. Seeds, methods and data sets may be added, and the evaluation may change.
/// </summary>
internal static class RunIdentity
{
    private static readonly string RemoteKey = YamlBinder.KeyOf(nameof(DataConfiguration.Remote));

    /// <summary>The fault of a folder that holds a run of another configuration, or something else; null where it can be gone on with.</summary>
    public static Fault? Conflict(RunFolder folder, PipelineConfiguration pipeline)
    {
        if (!File.Exists(folder.Run))
        {
            return OutputFolder.Refusal(folder.Root)
                ?? OccupiedFolder.Refusal(folder.Root, name => name == Path.GetFileName(RunFolder.Aside(folder.Run)), "run");
        }
        if (RunFolder.ReadJson<JsonObject>(folder.Run)?["configuration"] is not JsonObject there)
        {
            return Fault.Data("is no record of a run", folder.Run, "choose another --out, or remove the folder");
        }
        JsonObject here = JsonSerializer.SerializeToNode(pipeline, Shell.JsonOptions)!.AsObject();
        string? difference = new[] { "environment", "model", "observations", "replies", "convert", "train" }
            .Select(key => ConfigurationDifference.First(Effective(there[key]), Effective(here[key]), key))
            .Concat(
                DataSets(there)
                    .Join(
                        DataSets(here),
                        set => set.Name,
                        set => set.Name,
                        (old, now) => ConfigurationDifference.First(old.Values, now.Values, $"data '{old.Name}'")
                    )
            )
            .FirstOrDefault(found => found is not null);
        return difference is null
            ? null
            : Fault.Configuration(
                $"the folder holds a run with another {difference}",
                folder.Root,
                "choose another --out, or remove the folder"
            );
    }

    private static IEnumerable<(string Name, JsonNode Values)> DataSets(JsonObject configuration) =>
        configuration["data"]!
            .AsArray()
            .Select(set =>
            {
                JsonObject values = set!.DeepClone().AsObject();
                values[RemoteKey] = Effective(values[RemoteKey]);
                return ((string)values["name"]!, (JsonNode)values);
            });

    private static JsonNode? Effective(JsonNode? node)
    {
        if (node?.DeepClone() is not JsonObject values)
        {
            return node;
        }
        foreach (string key in ConfigurationDifference.WithoutEffect)
        {
            values.Remove(key);
        }
        return values;
    }
}
