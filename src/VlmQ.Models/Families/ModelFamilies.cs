using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Models.Families;

/// <summary>Recognizes the model in a folder by its configuration and by the names of its tensors.</summary>
public static class ModelFamilies
{
    /// <summary>The file that says what a model is.</summary>
    public const string ConfigFileName = "config.json";

    private const long LargestConfig = 4 << 20;

    private static readonly JsonSerializerOptions TinyJson = new(JsonSerializerDefaults.Web);

    /// <summary>The families' names.</summary>
    public static ImmutableArray<string> Names { get; } =
    [MoonDream2024Description.Name, MoonDream2025Description.Name, TinyVlmDescription.Name, XGenMmDescription.Name];

    /// <summary>Reads what <c>config.json</c> says.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="tensorNames">The names of its tensors, which settle what the configuration leaves open; null where unknown.</param>
    public static Result<ModelDescription> Read(string folder, IReadOnlyCollection<string>? tensorNames = null)
    {
        string path = Path.Combine(folder, ConfigFileName);
        try
        {
            if (new FileInfo(path).Length > LargestConfig)
            {
                return Fault.Data($"is larger than {LargestConfig} bytes, so it is no model's configuration", path);
            }
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Recognize(document.RootElement, path, tensorNames ?? []);
        }
        catch (FaultException error)
        {
            return error.Fault;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Fault.Data($"there is no {ConfigFileName}", folder, "name a folder that holds a model's files");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return Fault.Data("describes no model: " + error.Reason(), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Fault.External("cannot be read: " + error.Reason(), path);
        }
    }

    private static Result<ModelDescription> Recognize(JsonElement element, string path, IReadOnlyCollection<string> names)
    {
        ConfigSection root = ConfigSection.Root(element, path);
        if (root.Text("family") is { } family)
        {
            return family == TinyVlmDescription.Name
                ? ReadTiny(element, path)
                : Fault.Data($"the model family '{family}' is not known", path, Known());
        }
        string type = root.Text("model_type") ?? "";
        ImmutableArray<string> architectures = root.Texts("architectures");
        if (type == "xgenmm" || architectures.Any(name => name.StartsWith("XGenMM", StringComparison.Ordinal)))
        {
            return XGenMmDescription.Read(root);
        }
        if (type == "moondream1" || architectures.Any(name => name is "Moondream" or "HfMoondream"))
        {
            return IsRewritten(architectures, root, names) ? MoonDream2025Description.Read(root) : MoonDream2024Description.Read(root);
        }
        string what = architectures.IsEmpty ? $"'{type}'" : string.Join(", ", architectures);
        return Fault.Data(
            what is "''" ? "names neither architectures nor model_type" : $"the model is of the kind {what}, which is not known",
            path,
            Known()
        );
    }

    /// <summary>Both revisions of MoonDream2 have one model type; names of tensors decide, then the class.</summary>
    private static bool IsRewritten(ImmutableArray<string> architectures, ConfigSection root, IReadOnlyCollection<string> names) =>
        architectures.Contains("HfMoondream")
        || (
            !architectures.Contains("Moondream")
            && (
                root.Has("config")
                || names.Any(name =>
                    name.StartsWith("model.vision.", StringComparison.Ordinal) || name.StartsWith("vision.", StringComparison.Ordinal)
                )
            )
        );

    private static Result<ModelDescription> ReadTiny(JsonElement element, string path)
    {
        if (!element.TryGetProperty("sizes", out JsonElement sizes) || sizes.Deserialize<TinyVlmConfig>(TinyJson) is not { } config)
        {
            return Fault.Data("describes no model: there are no sizes", path);
        }
        return config.Check() is { } fault ? Fault.Data($"'{fault.Where}' {fault.What}", path) : new TinyVlmDescription(config);
    }

    private static string Known() => "known are " + string.Join(", ", Names);
}
