using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Streaming;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary><c>training.json</c> beside a checkpoint: all that decides its weights. Training goes on where all of it is the same.</summary>
internal sealed class TrainingRecord
{
    public const string FileName = "training.json";

    private readonly JsonObject _values;

    private TrainingRecord(JsonObject values) => _values = values;

    /// <summary>The record of a training on datasets that are open.</summary>
    public static TrainingRecord Of(TrainStage stage, ImmutableArray<StreamSource> sources)
    {
        JsonObject train = JsonSerializer.SerializeToNode(stage.Train, Shell.JsonOptions)!.AsObject();
        foreach (string key in ConfigurationDifference.WithoutEffect)
        {
            train.Remove(key);
        }
        train["steps"] = stage.Steps;
        return new TrainingRecord(
            new JsonObject
            {
                ["method"] = YamlBinder.KeyOf(stage.Method.ToString()),
                ["seed"] = stage.Seed,
                ["transitions"] = TransitionsOf(sources),
                ["tokenizer"] = stage.Tokenizer.Digest,
                ["model"] = stage.Model is { } model ? model.Digest : null,
                ["train"] = train,
            }
        );
    }

    // A dataset that grows has no digest yet: what it is made from is its name here, and the checkpoint holds the digest of what was read.
    private static JsonNode TransitionsOf(ImmutableArray<StreamSource> sources)
    {
        if (sources is [{ Follow: false }])
        {
            return sources[0].Reader.Manifest.ContentDigest();
        }
        JsonObject all = [];
        foreach (StreamSource source in sources)
        {
            DatasetManifest manifest = source.Reader.Manifest;
            all[$"dataset {all.Count + 1}"] = new JsonObject
            {
                ["weight"] = source.Weight,
                ["follow"] = source.Follow,
                ["content"] = source.Follow ? null : manifest.ContentDigest(),
                ["made_from"] = source.Follow ? JsonSerializer.SerializeToNode(manifest.Digests) : null,
            };
        }
        return all;
    }

    /// <summary>The fault of a folder that holds something else than a training; null where one can begin or be gone on with.</summary>
    public static Fault? Refusal(string folder)
    {
        string record = Path.Combine(folder, FileName);
        return OutputFolder.Refusal(folder)
            ?? (
                File.Exists(record) || Directory.Exists(Path.Combine(folder, TrainStage.CheckpointName))
                    ? null
                    : OccupiedFolder.Refusal(folder, name => name == Path.GetFileName(RunFolder.Aside(record)), "training")
            );
    }

    /// <summary>The fault of a folder whose checkpoint comes from another training; null where it is this one's.</summary>
    public Fault? Conflict(string folder)
    {
        const string WayOut = "choose another --out, or remove the folder to train again";
        return RunFolder.ReadJson<JsonObject>(Path.Combine(folder, FileName)) is not { } there
                ? Fault.Data($"the folder holds a checkpoint, but no {FileName} that says what of", folder, WayOut)
            : ConfigurationDifference.First(there, _values) is { } difference
                ? Fault.Configuration($"the folder holds a training with another {difference}", folder, WayOut)
            : null;
    }

    /// <summary>Writes it.</summary>
    public void Write(string folder) => RunFolder.WriteJson(Path.Combine(folder, FileName), _values);
}
