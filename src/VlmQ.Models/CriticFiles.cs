using System.Collections.Immutable;
using System.Text.Json;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>
/// Critic heads beside a model whose own files know nothing of them: <c>critics.json</c> says how they are built,
/// <c>critics.safetensors</c> holds their weights.
/// </summary>
internal static class CriticFiles
{
    private const string SettingsFileName = "critics.json";
    private const string WeightsFileName = "critics.safetensors";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>How the heads in a folder are built; null where it holds none.</summary>
    /// <exception cref="FaultException">The file describes no heads.</exception>
    public static CriticSettings? ReadSettings(string folder)
    {
        string path = Path.Combine(folder, SettingsFileName);
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            CriticSettings settings =
                JsonSerializer.Deserialize<CriticSettings>(File.ReadAllText(path), Json) ?? throw new JsonException("It is empty.");
            return settings is { Critics: >= 1 and <= 1024, InnerWidth: >= 0 and <= 1 << 20 }
                ? settings
                : throw new JsonException("A number is out of its range.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NotSupportedException)
        {
            throw new FaultException(Fault.Data("describes no critics: " + error.Reason(), path), error);
        }
    }

    /// <summary>Writes both files.</summary>
    public static void Write(CriticEnsemble critics, CriticSettings settings, string folder)
    {
        SafetensorsWriter.Write(
            Path.Combine(folder, WeightsFileName),
            critics.named_parameters().Select(pair => KeyValuePair.Create<string, Tensor>(pair.name, pair.parameter)),
            new Dictionary<string, string> { ["format"] = "pt" }
        );
        File.WriteAllText(Path.Combine(folder, SettingsFileName), JsonSerializer.Serialize(settings, Json) + "\n");
    }

    /// <summary>Reads the weights.</summary>
    /// <exception cref="FaultException">A weight is missing, left over or of another shape.</exception>
    public static void ReadWeights(CriticEnsemble critics, string folder)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, WeightsFileName)).OrThrow();
        (string name, Parameter parameter)[] parameters = [.. critics.named_parameters()];
        Dictionary<string, ImmutableArray<long>> shapes = parameters.ToDictionary(
            pair => pair.name,
            pair => ImmutableArray.Create(pair.parameter.shape)
        );
        if (ExpectedTensors.Check(file.Header.Entries, shapes, file.Path) is { } fault)
        {
            throw new FaultException(fault);
        }
        foreach ((string name, Parameter parameter) in parameters)
        {
            file.ReadInto(name, parameter);
        }
    }
}
