using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Tokenization;
using VlmQ.Models.Kernels;

namespace VlmQ.Cli.Pipelines;

/// <summary>What <c>run.json</c> records (design §8): configuration, seeds, versions, and digests of inputs and outputs.</summary>
internal sealed class Provenance(PipelineConfiguration pipeline, TextTokenizer tokenizer, PromptTemplate template, string? modelDigest)
{
    /// <summary>The document's format and version.</summary>
    public const string Format = "vlmq-run/1";

    // What was set to nothing must not come back as a default when the run is replayed.
    private static readonly JsonSerializerOptions WithNulls = new(Shell.JsonOptions) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    private readonly SortedDictionary<string, string> _outputs = new(StringComparer.Ordinal);

    /// <summary>The version of this program.</summary>
    public static string Version { get; } =
        typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public ImmutableSortedDictionary<string, string> Versions { get; } =
        ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal,
            [
                KeyValuePair.Create("vlmq", Version),
                KeyValuePair.Create("dotnet", Environment.Version.ToString()),
                KeyValuePair.Create("libtorch", torch.__version__),
                Package(typeof(torch)),
                Package(typeof(Parquet.ParquetWriter)),
                Package(typeof(SixLabors.ImageSharp.Image)),
                Package(typeof(Microsoft.ML.Tokenizers.Tokenizer)),
            ]
        );

    private readonly SortedDictionary<string, string> _datasets = new(StringComparer.Ordinal);

    private readonly ImmutableSortedDictionary<string, string> _settings = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        [
            KeyValuePair.Create("tokenizer", tokenizer.Digest),
            KeyValuePair.Create("template", template.Digest),
            .. modelDigest is null ? [] : (KeyValuePair<string, string>[])[KeyValuePair.Create("model", modelDigest)],
        ]
    );

    /// <summary>The machine, as far as it decides speed and rounding.</summary>
    public ImmutableSortedDictionary<string, string> Machine { get; } =
        ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal,
            [
                KeyValuePair.Create("architecture", RuntimeInformation.ProcessArchitecture.ToString()),
                KeyValuePair.Create("cores", Environment.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                KeyValuePair.Create("kernels", Kernels.Best.GetType().Name),
                KeyValuePair.Create("cuda", torch.cuda.is_available() ? "available" : "none"),
            ]
        );

    public IReadOnlyDictionary<string, string> Outputs => _outputs;

    /// <summary>Digests of what the run read that it did not make.</summary>
    public ImmutableSortedDictionary<string, string> Inputs => _settings.AddRange(_datasets);

    /// <summary>Notes the digest of a dataset that the run did not make.</summary>
    public void AddInput(string location, DatasetManifest manifest) => _datasets["dataset " + location] = manifest.ContentDigest();

    /// <summary>Notes a dataset's digest.</summary>
    public void AddDataset(string folder, string root, DatasetManifest manifest) =>
        _outputs[Path.GetRelativePath(root, folder)] = manifest.ContentDigest();

    /// <summary>Notes a file's SHA-256 and returns it.</summary>
    public string AddFile(string name, string path)
    {
        using FileStream file = File.OpenRead(path);
        return _outputs[name] = Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Digest of all that an evaluation depends on beside the weights.</summary>
    public string EvaluationKey()
    {
        var key = new
        {
            // Results that an earlier program kept lack some of the columns.
            Columns = 2,
            pipeline.Environment,
            pipeline.Observations,
            pipeline.Replies,
            pipeline.Evaluate,
            pipeline.Convert,
            Inputs = _settings,
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(key, Shell.JsonOptions)));
    }

    /// <summary>The document.</summary>
    /// <param name="complete">False for a run that is under way, or was interrupted.</param>
    public object Document(bool complete) =>
        new
        {
            Format,
            pipeline.Name,
            Complete = complete,
            Configuration = JsonSerializer.SerializeToNode(pipeline, WithNulls),
            pipeline.Seeds,
            Versions,
            Machine,
            Inputs,
            Outputs = _outputs,
        };

    private static KeyValuePair<string, string> Package(Type type)
    {
        AssemblyName name = type.Assembly.GetName();
        string? informational = type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return KeyValuePair.Create(name.Name!, informational ?? name.Version?.ToString() ?? "unknown");
    }
}
