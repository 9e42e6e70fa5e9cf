using System.Collections.Immutable;
using System.Text.Json;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Models.Lora;

/// <summary>The adapters of a model's linear layers, and their files in PEFT's layout.</summary>
public sealed class LoraAdapters : IDisposable
{
    /// <summary>The file that describes adapters.</summary>
    public const string ConfigFileName = "adapter_config.json";

    /// <summary>The file that holds their weights.</summary>
    public const string WeightsFileName = "adapter_model.safetensors";

    private const string Prefix = "base_model.model.";

    private readonly ImmutableSortedDictionary<string, LoraAdapter> _byModule;

    /// <param name="options">Rank, scale and targets.</param>
    /// <param name="linears">The layers that may be adapted, by path.</param>
    /// <param name="key">Starts the adapters.</param>
    /// <exception cref="ArgumentException">No layer matches the options' targets.</exception>
    public LoraAdapters(LoraOptions options, IReadOnlyDictionary<string, (long Out, long In)> linears, RandomKey key)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(linears);
        Options = options;
        _byModule = linears
            .Where(pair => options.Matches(pair.Key))
            .ToImmutableSortedDictionary(
                pair => pair.Key,
                pair => new LoraAdapter(pair.Key, pair.Value.Out, pair.Value.In, options, key),
                StringComparer.Ordinal
            );
        if (_byModule.IsEmpty)
        {
            throw new ArgumentException($"No linear layer matches {string.Join(", ", options.TargetModules)}.", nameof(options));
        }
    }

    /// <summary>Rank, scale and targets.</summary>
    public LoraOptions Options { get; }

    /// <summary>The adapters, by path in ordinal order.</summary>
    public IEnumerable<LoraAdapter> All => _byModule.Values;

    /// <summary>A layer's adapter; null where it has none.</summary>
    public LoraAdapter? Find(string module) => _byModule.GetValueOrDefault(module);

    /// <summary>A and B of every adapter under PEFT's names.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters()
    {
        foreach (LoraAdapter adapter in All)
        {
            yield return ($"{Prefix}{adapter.Module}.lora_A.weight", adapter.A);
            yield return ($"{Prefix}{adapter.Module}.lora_B.weight", adapter.B);
        }
    }

    /// <summary>Writes both files into a folder.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        SafetensorsWriter.Write(
            Path.Combine(folder, WeightsFileName),
            NamedParameters().Select(pair => KeyValuePair.Create<string, Tensor>(pair.Name, pair.Parameter)),
            new Dictionary<string, string> { ["format"] = "pt" }
        );
        using FileStream stream = File.Create(Path.Combine(folder, ConfigFileName));
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("peft_type", "LORA");
        json.WriteNumber("r", Options.Rank);
        json.WriteNumber("lora_alpha", Options.Alpha);
        json.WriteNumber("lora_dropout", 0);
        json.WriteStartArray("target_modules");
        foreach (string target in Options.TargetModules)
        {
            json.WriteStringValue(target);
        }
        json.WriteEndArray();
        json.WriteString("bias", "none");
        json.WriteBoolean("fan_in_fan_out", false);
        json.WriteBoolean("use_rslora", Options.RankStabilized);
        json.WriteBoolean("use_dora", false);
        json.WriteEndObject();
    }

    /// <summary>Reads both files for a model's layers.</summary>
    /// <param name="folder">Holds <see cref="ConfigFileName"/> and <see cref="WeightsFileName"/>.</param>
    /// <param name="linears">The model's layers that may be adapted.</param>
    public static Result<LoraAdapters> Load(string folder, IReadOnlyDictionary<string, (long Out, long In)> linears)
    {
        string config = Path.Combine(folder, ConfigFileName);
        LoraAdapters? adapters = null;
        try
        {
            adapters = new LoraAdapters(ReadOptions(config), linears, new RandomKey(0));
            adapters.ReadWeights(folder);
            return adapters;
        }
        catch (FaultException error)
        {
            return Refuse(adapters, error.Fault);
        }
        catch (Exception error) when (error is ArgumentException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Refuse(adapters, Fault.Data("describes no adapters of this model: " + error.Message, config));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refuse(adapters, Fault.External("cannot be read: " + error.Message, config));
        }
    }

    /// <summary>Reads the weights of adapters that were written for the same layers and rank.</summary>
    /// <exception cref="FaultException">A weight is missing, left over or of another shape.</exception>
    public void ReadWeights(string folder)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, WeightsFileName)).OrThrow();
        HashSet<string> unused = [.. file.Names];
        foreach ((string name, Parameter parameter) in NamedParameters())
        {
            file.ReadInto(name, parameter);
            unused.Remove(name);
        }
        if (unused.Count > 0)
        {
            throw new FaultException(Fault.Data($"'{unused.Order().First()}' belongs to no adapted layer of this model", file.Path));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LoraAdapter adapter in All)
        {
            adapter.Dispose();
        }
    }

    private static Fault Refuse(LoraAdapters? adapters, Fault fault)
    {
        adapters?.Dispose();
        return fault;
    }

    private static LoraOptions ReadOptions(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = document.RootElement;
        foreach (string unsupported in (ReadOnlySpan<string>)["use_dora", "fan_in_fan_out"])
        {
            if (root.TryGetProperty(unsupported, out JsonElement flag) && flag.ValueKind == JsonValueKind.True)
            {
                throw new FaultException(Fault.Data($"asks for {unsupported}, which is not supported", path));
            }
        }
        JsonElement targets = root.GetProperty("target_modules");
        return new LoraOptions(
            root.GetProperty("r").GetInt32(),
            root.GetProperty("lora_alpha").GetDouble(),
            targets.ValueKind == JsonValueKind.String
                ? [targets.GetString()!]
                : [.. targets.EnumerateArray().Select(target => target.GetString() ?? throw new JsonException("A target module is null."))],
            root.TryGetProperty("use_rslora", out JsonElement stabilized) && stabilized.GetBoolean()
        );
    }
}
