using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Models.Lora;

/// <summary>
/// PEFT's <c>adapter_config.json</c>. Fields that change what is computed in a way that is not computed here are refused; fields that
/// are not known are not, because every version of PEFT adds some.
/// </summary>
internal static class PeftConfig
{
    // Starts that also change the base weights: without the same change the adapter means something else.
    private static readonly string[] StartsThatChangeTheBase = ["pissa", "olora", "corda", "loftq", "lora_ga"];

    /// <summary>The file's bytes.</summary>
    /// <param name="options">What the adapter was made with.</param>
    /// <param name="modules">The adapted layers. They are written in place of <c>all-linear</c>, which PEFT reads in its own way.</param>
    internal static byte[] Write(LoraOptions options, IEnumerable<string> modules)
    {
        bool all = options.TargetModules.Contains(LoraOptions.AllLinear);
        ArrayBufferWriter<byte> buffer = new();
        using (
            Utf8JsonWriter json = new(
                buffer,
                new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            json.WriteStartObject();
            WritePattern(json, "alpha_pattern", options.AlphaPattern);
            json.WriteNull("auto_mapping");
            json.WriteString("base_model_name_or_path", options.BaseModel);
            json.WriteString("bias", "none");
            WriteNames(json, "exclude_modules", options.ExcludedModules, options.ExclusionIsExpression);
            json.WriteBoolean("fan_in_fan_out", false);
            json.WriteBoolean("inference_mode", true);
            json.WriteBoolean("init_lora_weights", true);
            json.WriteNull("layer_replication");
            WriteNames(json, "layers_pattern", options.LayersPattern, false);
            WriteLayers(json, options.Layers);
            WriteNumber(json, "lora_alpha", options.Alpha);
            json.WriteNumber("lora_dropout", options.Dropout);
            json.WriteNull("modules_to_save");
            json.WriteString("peft_type", "LORA");
            json.WriteNumber("r", options.Rank);
            WritePattern(json, "rank_pattern", options.RankPattern);
            json.WriteNull("revision");
            WriteNames(json, "target_modules", all ? [.. modules] : options.TargetModules, options.TargetIsExpression && !all);
            json.WriteNull("task_type");
            json.WriteBoolean("use_dora", false);
            json.WriteBoolean("use_rslora", options.RankStabilized);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="FaultException">It asks for what is not computed here.</exception>
    /// <exception cref="JsonException">It is not JSON, or a field has another type.</exception>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    internal static LoraOptions Read(byte[] bytes, string path)
    {
        using JsonDocument document = JsonDocument.Parse(bytes);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("It is not an object.");
        }
        if (Unsupported(root) is { } field)
        {
            throw new FaultException(
                Fault.Data($"asks for {field}, which is not supported", path, "train or convert the adapter without it")
            );
        }
        (ImmutableArray<string> targets, bool expression) = ReadNames(root, "target_modules");
        if (targets.IsEmpty)
        {
            throw new FaultException(Fault.Data("names no target_modules", path, "PEFT writes them when it saves an adapter"));
        }
        (ImmutableArray<string> excluded, bool exclusionIsExpression) = ReadNames(root, "exclude_modules");
        bool all = expression && string.Equals(targets[0], LoraOptions.AllLinear, StringComparison.OrdinalIgnoreCase);
        return new LoraOptions(
            Find(root, "r")?.GetInt32() ?? 8,
            Find(root, "lora_alpha")?.GetDouble() ?? 8,
            all ? [LoraOptions.AllLinear] : targets,
            IsTrue(root, "use_rslora")
        )
        {
            Dropout = Find(root, "lora_dropout")?.GetDouble() ?? 0,
            TargetIsExpression = expression && !all,
            ExcludedModules = excluded,
            ExclusionIsExpression = exclusionIsExpression,
            Layers = ReadLayers(root),
            LayersPattern = ReadNames(root, "layers_pattern").Names,
            RankPattern = ReadPattern(root, "rank_pattern", whole: true),
            AlphaPattern = ReadPattern(root, "alpha_pattern", whole: false),
            BaseModel = Find(root, "base_model_name_or_path")?.GetString(),
        };
    }

    /// <summary>The model that the adapter in a file is for; null where the file does not say.</summary>
    /// <exception cref="FaultException">The file cannot be read, or describes no adapter.</exception>
    internal static string? BaseModelOf(string path)
    {
        try
        {
            return Read(File.ReadAllBytes(path), path).BaseModel;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new FaultException(Fault.Data("describes no adapter: " + error.Reason(), path), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(Fault.External("cannot be read: " + error.Reason(), path), error);
        }
    }

    // The first field that asks for something that is not computed here.
    private static string? Unsupported(JsonElement root)
    {
        if (Find(root, "peft_type") is { } type && !string.Equals(type.GetString(), "LORA", StringComparison.OrdinalIgnoreCase))
        {
            return $"peft_type {type.GetString()}";
        }
        foreach (string flag in (ReadOnlySpan<string>)["use_dora", "fan_in_fan_out", "lora_bias", "use_qalora"])
        {
            if (IsTrue(root, flag))
            {
                return flag;
            }
        }
        if (Find(root, "bias") is { } bias && bias.GetString() != "none")
        {
            return $"bias {bias.GetString()}";
        }
        foreach (
            string field in (ReadOnlySpan<string>)
                ["modules_to_save", "layer_replication", "trainable_token_indices", "target_parameters", "alora_invocation_tokens"]
        )
        {
            if (Find(root, field) is { } value && value.GetRawText() is not ("[]" or "{}"))
            {
                return field;
            }
        }
        return
            Find(root, "init_lora_weights") is { ValueKind: JsonValueKind.String } start
            && Array.Exists(StartsThatChangeTheBase, name => start.GetString()!.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            ? $"init_lora_weights {start.GetString()}"
            : null;
    }

    private static JsonElement? Find(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static bool IsTrue(JsonElement root, string name) => Find(root, name) is { ValueKind: JsonValueKind.True };

    // A list of names, or one string that stands for an expression.
    private static (ImmutableArray<string> Names, bool Single) ReadNames(JsonElement root, string name) =>
        Find(root, name) switch
        {
            null => ([], false),
            { ValueKind: JsonValueKind.String } single => ([single.GetString()!], true),
            { ValueKind: JsonValueKind.Array } list => (
                [.. list.EnumerateArray().Select(item => item.GetString() ?? throw new JsonException($"{name} holds a null."))],
                false
            ),
            _ => throw new JsonException($"{name} is neither a list nor a string."),
        };

    private static ImmutableArray<int> ReadLayers(JsonElement root) =>
        Find(root, "layers_to_transform") switch
        {
            null => [],
            { ValueKind: JsonValueKind.Number } single => [single.GetInt32()],
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => item.GetInt32())],
            _ => throw new JsonException("layers_to_transform is neither a list nor a number."),
        };

    private static ImmutableArray<LoraOverride> ReadPattern(JsonElement root, string name, bool whole)
    {
        if (Find(root, name) is not { } pattern)
        {
            return [];
        }
        ImmutableArray<LoraOverride>.Builder overrides = ImmutableArray.CreateBuilder<LoraOverride>();
        foreach (JsonProperty property in pattern.EnumerateObject())
        {
            double value = whole ? property.Value.GetInt32() : property.Value.GetDouble();
            if (!(value > 0))
            {
                throw new JsonException($"{name} '{property.Name}' is not positive.");
            }
            overrides.Add(new LoraOverride(property.Name, value));
        }
        return overrides.ToImmutable();
    }

    private static void WriteNames(Utf8JsonWriter json, string name, ImmutableArray<string> names, bool single)
    {
        if (names.IsEmpty)
        {
            json.WriteNull(name);
            return;
        }
        if (single)
        {
            json.WriteString(name, names[0]);
            return;
        }
        json.WriteStartArray(name);
        foreach (string entry in names)
        {
            json.WriteStringValue(entry);
        }
        json.WriteEndArray();
    }

    private static void WriteLayers(Utf8JsonWriter json, ImmutableArray<int> layers)
    {
        if (layers.IsEmpty)
        {
            json.WriteNull("layers_to_transform");
            return;
        }
        json.WriteStartArray("layers_to_transform");
        foreach (int layer in layers)
        {
            json.WriteNumberValue(layer);
        }
        json.WriteEndArray();
    }

    private static void WritePattern(Utf8JsonWriter json, string name, ImmutableArray<LoraOverride> overrides)
    {
        json.WriteStartObject(name);
        foreach (LoraOverride entry in overrides)
        {
            WriteNumber(json, entry.Modules, entry.Value);
        }
        json.WriteEndObject();
    }

    // PEFT's own files have whole numbers here.
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (value == Math.Floor(value) && Math.Abs(value) < int.MaxValue)
        {
            json.WriteNumber(name, (int)value);
        }
        else
        {
            json.WriteNumber(name, value);
        }
    }
}
