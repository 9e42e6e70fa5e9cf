using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Models.Kernels;
using VlmQ.Models.Lora;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>
/// A model on disk: <c>config.json</c> names the family and its sizes, <c>model.safetensors</c> holds every weight under its module
/// path, and adapters, where there are any, lie beside them in PEFT's layout.
/// </summary>
public static class ModelFolder
{
    /// <summary>The file that names family and sizes.</summary>
    public const string ConfigFileName = "config.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes a model's files into a folder.</summary>
    public static void Save(VisionLanguageModel model, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        Directory.CreateDirectory(folder);
        JsonNode sizes = model switch
        {
            TinyVlm tiny => JsonSerializer.SerializeToNode(tiny.Config, Json)!,
            _ => throw new ArgumentException($"Models of the family {model.Family} are not written.", nameof(model)),
        };
        JsonObject config = new() { ["family"] = model.Family, ["sizes"] = sizes };
        File.WriteAllText(Path.Combine(folder, ConfigFileName), config.ToJsonString(Json) + "\n");
        SafetensorsWriter.Write(
            Path.Combine(folder, SafetensorsCheckpoint.SingleFileName),
            model.named_parameters().Select(pair => KeyValuePair.Create<string, Tensor>(pair.name, pair.parameter)),
            new Dictionary<string, string> { ["format"] = "pt", ["family"] = model.Family }
        );
        model.Adapters.Save(folder);
    }

    /// <summary>Builds the model that a folder describes and reads its weights, on the CPU.</summary>
    public static Result<VisionLanguageModel> Load(string folder, IKernels kernels, Precision precision = Precision.Full)
    {
        VisionLanguageModel? model = null;
        try
        {
            model = Build(folder, kernels, precision);
            ReadWeights(model, folder);
            foreach (string name in AdapterSet.NamesIn(folder))
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

    /// <summary>Reads every weight of a model from a folder that was written for the same sizes.</summary>
    /// <exception cref="FaultException">A weight is missing, left over or of another shape.</exception>
    public static void ReadWeights(VisionLanguageModel model, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder).OrThrow();
        HashSet<string> unused = [.. checkpoint.Names];
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            checkpoint.ReadInto(name, parameter);
            unused.Remove(name);
        }
        if (unused.Count > 0)
        {
            throw new FaultException(Fault.Data($"'{unused.Order().First()}' belongs to no part of the model", folder));
        }
    }

    private static VisionLanguageModel Build(string folder, IKernels kernels, Precision precision)
    {
        string path = Path.Combine(folder, ConfigFileName);
        try
        {
            JsonNode config = JsonNode.Parse(File.ReadAllText(path)) ?? throw new JsonException("It is empty.");
            string? family = (string?)config["family"];
            return family switch
            {
                "tiny" => new TinyVlm(
                    config["sizes"].Deserialize<TinyVlmConfig>(Json) ?? throw new JsonException("There are no sizes."),
                    0,
                    kernels,
                    precision
                ),
                _ => throw new FaultException(Fault.Data($"the model family '{family}' is not known", path)),
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FaultException(Fault.Data("describes no model: " + error.Message, path), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(Fault.External("cannot be read: " + error.Message, path), error);
        }
    }
}
