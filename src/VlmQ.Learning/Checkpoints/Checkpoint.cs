using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Models;
using VlmQ.Models.Kernels;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Learning;

/// <summary>
/// A learner on disk: the model's folder (<see cref="ModelFolder"/>), <c>optimizer.safetensors</c>, <c>average.safetensors</c> where
/// weights are averaged, and <c>checkpoint.json</c>. A checkpoint appears whole under its name, or not at all; training that resumes
/// from one goes on bit for bit.
/// </summary>
public static class Checkpoint
{
    /// <summary>The format's name and version.</summary>
    public const string Format = "vlmq-checkpoint/1";

    private const string RestoreWhole = "restore the checkpoint from where it was copied, or train again";
    private const string Replaced = ".replaced";
    private const string InfoFileName = "checkpoint.json";
    private const string OptimizerFileName = "optimizer.safetensors";
    private const string AverageFileName = "average.safetensors";

    // TorchSharp shows an optimizer's state only as one stream of bytes.
    private const string OptimizerStateName = "adamw.state";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="folder">Its folder; an older checkpoint under the same name is replaced once the new one is whole.</param>
    /// <param name="learner">What to write.</param>
    /// <param name="tokenizerDigest">The digest of the tokenizer.</param>
    /// <param name="dataCursor">Where the data stream stands.</param>
    public static void Save(string folder, Learner learner, string tokenizerDigest, string dataCursor = "")
    {
        ArgumentNullException.ThrowIfNull(learner);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string aside = target + ".partial";
        string replaced = target + Replaced;
        Exists(target);
        RemoveIfThere(aside);
        ModelFolder.Save(learner.Model, aside);
        SaveOptimizer(learner, Path.Combine(aside, OptimizerFileName));
        if (learner.Average is { } average)
        {
            SafetensorsWriter.Write(Path.Combine(aside, AverageFileName), average.Names.Zip(average.Averages, KeyValuePair.Create));
        }
        CheckpointInfo info = new(Format, learner.StepsDone, learner.Options, tokenizerDigest, dataCursor);
        File.WriteAllText(Path.Combine(aside, InfoFileName), JsonSerializer.Serialize(info, Json) + "\n");
        RemoveIfThere(replaced);
        if (Directory.Exists(target))
        {
            Directory.Move(target, replaced);
        }
        Directory.Move(aside, target);
        RemoveIfThere(replaced);
    }

    /// <summary>
    /// Whether there is a checkpoint under a name. Where a process was killed between taking the old one away and putting the new one in
    /// its place, the old one is put back first.
    /// </summary>
    public static bool Exists(string folder)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(target) && Directory.Exists(target + Replaced))
        {
            Directory.Move(target + Replaced, target);
        }
        return File.Exists(Path.Combine(target, InfoFileName));
    }

    /// <summary>Reads what a checkpoint says of itself.</summary>
    public static Result<CheckpointInfo> ReadInfo(string folder)
    {
        Exists(folder);
        string path = Path.Combine(folder, InfoFileName);
        try
        {
            CheckpointInfo? info = JsonSerializer.Deserialize<CheckpointInfo>(File.ReadAllText(path), Json);
            if (info?.Format != Format)
            {
                return Fault.Data($"is of the format '{info?.Format}', not '{Format}'", path);
            }
            return info.Step >= 0 ? info : Fault.Data($"claims {info.Step} steps", path);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or ArgumentException)
        {
            return Fault.Data("is no checkpoint's description: " + error.Reason(), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Fault.External("cannot be read: " + error.Reason(), path);
        }
    }

    /// <summary>Brings a learner, made with the same model sizes and options, to where a checkpoint was written.</summary>
    public static Result<CheckpointInfo> Restore(string folder, Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        try
        {
            CheckpointInfo info = ReadInfo(folder).OrThrow();
            ModelFolder.ReadWeights(learner.Model, folder);
            learner.Model.Adapters.ReadWeights(folder);
            RestoreOptimizer(learner, Path.Combine(folder, OptimizerFileName));
            if (learner.Average is { } average)
            {
                using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, AverageFileName)).OrThrow();
                foreach ((string name, Tensor tensor) in average.Names.Zip(average.Averages))
                {
                    file.ReadInto(name, tensor);
                }
            }
            learner.StepsDone = info.Step;
            return info;
        }
        catch (FaultException error)
        {
            return error.Fault;
        }
    }

    /// <summary>Builds the model of a checkpoint for evaluation or collection, with averaged weights where there are any.</summary>
    public static Result<VisionLanguageModel> LoadModel(string folder, IKernels kernels, Precision precision = Precision.Full) =>
        LoadModel(folder, new ModelLoadOptions { Kernels = kernels, Precision = precision });

    /// <summary>The same of any model's folder: one that is no checkpoint has no averaged weights.</summary>
    public static Result<VisionLanguageModel> LoadModel(string folder, ModelLoadOptions options) =>
        ModelFolder.Load(folder, options).Bind(model => ReadAverage(folder, model));

    private static Result<VisionLanguageModel> ReadAverage(string folder, VisionLanguageModel model)
    {
        string path = Path.Combine(folder, AverageFileName);
        if (!File.Exists(path))
        {
            return model;
        }
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(path).OrThrow();
            foreach ((string name, Tensor parameter) in model.TrainableParameters())
            {
                file.ReadInto(name, parameter);
            }
            return model;
        }
        catch (FaultException error)
        {
            model.Dispose();
            return error.Fault;
        }
    }

    private static void SaveOptimizer(Learner learner, string path)
    {
        using MemoryStream state = new();
        using (BinaryWriter writer = new(state, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            learner.Optimizer.save_state_dict(writer);
        }
        using Tensor bytes = tensor(state.ToArray());
        SafetensorsWriter.Write(path, [KeyValuePair.Create(OptimizerStateName, bytes)]);
    }

    private static void RestoreOptimizer(Learner learner, string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path).OrThrow();
        using Tensor bytes = file.Read(OptimizerStateName);
        if (bytes.dtype != ScalarType.Byte)
        {
            throw new FaultException(Fault.Data($"the optimizer's state is stored as {bytes.dtype}, not as bytes", path, RestoreWhole));
        }
        using BinaryReader reader = new(new MemoryStream(bytes.bytes.ToArray()));
        try
        {
            learner.Optimizer.load_state_dict(reader);
        }
        catch (Exception error)
            when (error is IOException or InvalidDataException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new FaultException(Fault.Data("the optimizer's state is damaged: " + error.Reason(), path, RestoreWhole), error);
        }
    }

    private static void RemoveIfThere(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
