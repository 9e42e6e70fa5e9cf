using System.Text.Json;
using System.Text.Json.Nodes;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary><c>training.json</c> beside a checkpoint: all that decides its weights. Training goes on where all of it is the same.</summary>
internal sealed class TrainingRecord
{
    public const string FileName = "training.json";

    private readonly JsonObject _values;

    private TrainingRecord(JsonObject values) => _values = values;

    /// <summary>The record of a training on transitions with the given digest.</summary>
    public static TrainingRecord Of(TrainStage stage, string transitions)
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
                ["transitions"] = transitions,
                ["tokenizer"] = stage.Tokenizer.Digest,
                ["train"] = train,
            }
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
