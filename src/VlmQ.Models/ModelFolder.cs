using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Lora;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>
/// A model on disk. <c>config.json</c> says what it is (<see cref="ModelFamilies"/>), and safetensors hold its weights under official names.
/// Adapters lie in PEFT's layout, beside the weights or in a folder of their own that names the model they are for; critics of a model
/// whose own files know none lie beside them.
/// </summary>
public static class ModelFolder
{
    /// <summary>The file that says what a model is.</summary>
    public const string ConfigFileName = ModelFamilies.ConfigFileName;

    private const string CriticPrefix = "critics.";
    private const int MostHops = 4;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>
    /// Writes a model's files into a folder: of a model that adapters are trained on, adapters and critics alone, since its own weights do
    /// not change.
    /// </summary>
    public static void Save(VisionLanguageModel model, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        Directory.CreateDirectory(folder);
        if (model is TinyVlm tiny)
        {
            SaveTiny(tiny, folder);
        }
        else
        {
            ModelOrigin origin = model.Origin ?? throw new ArgumentException("The model came from no folder.", nameof(model));
            if (model.Adapters.IsEmpty)
            {
                ModelOrigin.CopyFiles(origin.Folder, folder);
                using OfficialCheckpoint official = OfficialCheckpoint.Open(origin.Folder).OrThrow();
                official.Write(folder, Parameters(model));
            }
            CriticFiles.Write(model.Critics, origin.Critics, folder);
        }
        model.Adapters.Save(folder);
    }

    /// <summary>Builds the model that a folder describes and reads its weights, on the CPU.</summary>
    public static Result<VisionLanguageModel> Load(string folder, IKernels kernels, Precision precision = Precision.Full) =>
        Load(folder, new ModelLoadOptions { Kernels = kernels, Precision = precision });

    /// <summary>Builds the model that a folder describes and reads its weights.</summary>
    public static Result<VisionLanguageModel> Load(string folder, ModelLoadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        VisionLanguageModel? model = null;
        try
        {
            string origin = options.Base ?? BaseOf(folder).OrThrow();
            using (OfficialCheckpoint official = OfficialCheckpoint.Open(origin).OrThrow())
            {
                CriticSettings critics = CriticFiles.ReadSettings(folder) ?? options.Critics;
                model = ModelBuilder.Build(official, options with { Critics = critics });
                official.Read(Parameters(model));
                model.Origin = new ModelOrigin(origin, critics);
            }
            if (model is not TinyVlm && CriticFiles.ReadSettings(folder) is not null)
            {
                CriticFiles.ReadWeights(model.Critics, folder);
            }
            // Adapters follow.
            model.to(options.Device);
            foreach (string name in File.Exists(Path.Combine(folder, LoraAdapters.ConfigFileName)) ? AdapterSet.NamesIn(folder) : [])
            {
                model.Attach(LoraAdapters.Load(AdapterSet.FolderOf(folder, name), model.AdaptableLinears).OrThrow(), name);
            }
            return model;
        }
        catch (FaultException error)
        {
            model?.Dispose();
            return error.Fault;
        }
    }

    /// <summary>
    /// The folder with the configuration and the weights of the model in a folder: itself, or the one that its adapters name.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="find">Finds the folder that a model's name stands for; null: the name is a folder.</param>
    public static Result<string> BaseOf(string folder, Func<string, string?>? find = null)
    {
        string place = folder;
        for (int hop = 0; hop < MostHops; hop++)
        {
            string adapter = Path.Combine(place, LoraAdapters.ConfigFileName);
            if (File.Exists(Path.Combine(place, ConfigFileName)) || !File.Exists(adapter))
            {
                return place;
            }
            if (PeftConfig.BaseModelOf(adapter) is not { Length: > 0 } name)
            {
                return Fault.Data("does not say which model it is for", adapter, "write the model's folder as base_model_name_or_path");
            }
            string beside = Path.Combine(place, name);
            if ((Directory.Exists(beside) ? beside : find?.Invoke(name)) is not { } next)
            {
                return Fault.Data($"is for the model '{name}', which is not there", adapter, "mend its base_model_name_or_path");
            }
            place = next;
        }
        return Fault.Data($"is for adapters, which are for adapters, more than {MostHops} deep", folder);
    }

    /// <summary>Reads every weight of a model that <see cref="Save"/> wrote into a folder.</summary>
    /// <exception cref="FaultException">A weight is missing, left over or of another shape.</exception>
    public static void ReadWeights(VisionLanguageModel model, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model is TinyVlm || model.Adapters.IsEmpty)
        {
            using OfficialCheckpoint official = OfficialCheckpoint.Open(folder).OrThrow();
            official.Read(Parameters(model));
        }
        if (model is not TinyVlm)
        {
            CriticFiles.ReadWeights(model.Critics, folder);
        }
    }

    private static void SaveTiny(TinyVlm model, string folder)
    {
        JsonObject config = new() { ["family"] = model.Family, ["sizes"] = JsonSerializer.SerializeToNode(model.Config, Json) };
        File.WriteAllText(Path.Combine(folder, ConfigFileName), config.ToJsonString(Json) + "\n");
        SafetensorsWriter.Write(
            Path.Combine(folder, SafetensorsCheckpoint.SingleFileName),
            model.named_parameters().Select(pair => KeyValuePair.Create<string, Tensor>(pair.name, pair.parameter)),
            new Dictionary<string, string> { ["format"] = "pt", ["family"] = model.Family }
        );
    }

    /// <summary>The parameters that a model's own files hold. Those of a <see cref="TinyVlm"/> hold its critics.</summary>
    private static ImmutableDictionary<string, Parameter> Parameters(VisionLanguageModel model) =>
        model
            .named_parameters()
            .Where(pair => model is TinyVlm || !pair.name.StartsWith(CriticPrefix, StringComparison.Ordinal))
            .ToImmutableDictionary(pair => pair.name, pair => pair.parameter);
}
