using System.Collections.Immutable;
using System.Text.Json;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Models.Lora;

/// <summary>
/// An adapter on disk as PEFT has it (github huggingface/peft, <c>save_pretrained</c>): <c>adapter_config.json</c> and
/// <c>adapter_model.safetensors</c>, whose names are the layers' paths in the wrapped model, without the adapter's own name.
/// </summary>
internal static class PeftFolder
{
    internal const string ConfigFileName = "adapter_config.json";

    internal const string WeightsFileName = "adapter_model.safetensors";

    private const string Prefix = "base_model.model.";
    private const string OfA = ".lora_A.weight";
    private const string OfB = ".lora_B.weight";

    /// <summary>The stored name of a layer's A.</summary>
    internal static string NameOfA(string module) => Prefix + module + OfA;

    /// <summary>The stored name of a layer's B.</summary>
    internal static string NameOfB(string module) => Prefix + module + OfB;

    /// <summary>A stored name as PEFT's models have it in memory, with the adapter's name.</summary>
    internal static string NameOf(string stored, string adapter) => stored[..^"weight".Length] + adapter + ".weight";

    internal static void Write(LoraAdapters adapters, string folder)
    {
        Directory.CreateDirectory(folder);
        SafetensorsWriter.Write(
            Path.Combine(folder, WeightsFileName),
            adapters.NamedParameters().Select(pair => KeyValuePair.Create<string, Tensor>(pair.Name, pair.Parameter)),
            new Dictionary<string, string> { ["format"] = "pt" }
        );
        File.WriteAllBytes(
            Path.Combine(folder, ConfigFileName),
            PeftConfig.Write(adapters.Options, adapters.All.Select(adapter => adapter.Module))
        );
    }

    internal static Result<LoraAdapters> Read(string folder, IReadOnlyDictionary<string, (long Out, long In)> linears)
    {
        string config = Path.Combine(folder, ConfigFileName);
        LoraAdapters? adapters = null;
        try
        {
            LoraOptions options = PeftConfig.Read(File.ReadAllBytes(config), config);
            using SafetensorsFile file = OpenWeights(folder);
            if (Check(options, linears, config, file) is { } fault)
            {
                return fault;
            }
            adapters = new LoraAdapters(options, linears, new RandomKey(0));
            ReadWeights(adapters, file);
            return adapters;
        }
        catch (FaultException error)
        {
            adapters?.Dispose();
            return error.Fault;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            return Fault.Data("describes no adapter of this model: " + error.Reason(), config);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Fault.Data($"there is no {ConfigFileName}, so there are no adapters", folder, "name the folder that holds them");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Fault.External("cannot be read: " + error.Reason(), config);
        }
    }

    internal static void ReadWeights(LoraAdapters adapters, string folder)
    {
        using SafetensorsFile file = OpenWeights(folder);
        Dictionary<string, ImmutableArray<long>> shapes = adapters
            .NamedParameters()
            .ToDictionary(pair => pair.Name, pair => ImmutableArray.Create(pair.Parameter.shape));
        if (ExpectedTensors.Check(file.Header.Entries, shapes, file.Path) is { } fault)
        {
            throw new FaultException(fault);
        }
        ReadWeights(adapters, file);
    }

    private static void ReadWeights(LoraAdapters adapters, SafetensorsFile file)
    {
        foreach ((string name, Parameter parameter) in adapters.NamedParameters())
        {
            file.ReadInto(name, parameter);
        }
    }

    private static SafetensorsFile OpenWeights(string folder)
    {
        string path = Path.Combine(folder, WeightsFileName);
        if (!File.Exists(path) && Pickles.In(folder) is { } pickle)
        {
            throw new FaultException(Pickles.Refuse(pickle));
        }
        return SafetensorsFile.Open(path).OrThrow();
    }

    // The header against the layers that the options name, before anything is allocated.
    private static Fault? Check(
        LoraOptions options,
        IReadOnlyDictionary<string, (long Out, long In)> linears,
        string config,
        SafetensorsFile file
    )
    {
        Dictionary<string, ImmutableArray<long>> shapes = [];
        foreach ((string module, (long outputs, long inputs)) in linears)
        {
            if (options.Matches(module))
            {
                long rank = options.RankOf(module);
                shapes.Add(NameOfA(module), [rank, inputs]);
                shapes.Add(NameOfB(module), [outputs, rank]);
            }
        }
        return shapes.Count == 0
            ? Fault.Data(
                $"no linear layer of this model matches the targets {string.Join(", ", options.TargetModules)}",
                config,
                $"layers that can be adapted are called like '{linears.Keys.Order(StringComparer.Ordinal).FirstOrDefault()}'"
            )
            : ExpectedTensors.Check(file.Header.Entries, shapes, file.Path);
    }
}
