using System.Collections.Frozen;
using System.Text.Json;
using VlmQ.Core.Episodes;
using static TorchSharp.torch;

namespace VlmQ.Models.Safetensors;

/// <summary>
/// The tensors of one model in one file or in several: a folder with <c>model.safetensors</c>, or with
/// <c>model.safetensors.index.json</c> and the shards that it names.
/// </summary>
public sealed class SafetensorsCheckpoint : IDisposable
{
    /// <summary>The name of an unsharded file.</summary>
    public const string SingleFileName = "model.safetensors";

    /// <summary>The name of the index of a sharded checkpoint.</summary>
    public const string IndexFileName = "model.safetensors.index.json";

    private readonly FrozenDictionary<string, SafetensorsFile> _fileOf;
    private readonly List<SafetensorsFile> _files;

    private SafetensorsCheckpoint(List<SafetensorsFile> files, IEnumerable<KeyValuePair<string, SafetensorsFile>> fileOf)
    {
        _files = files;
        _fileOf = fileOf.ToFrozenDictionary();
    }

    /// <summary>The names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _fileOf.Keys;

    /// <summary>Opens a <c>.safetensors</c> file, an index file, or the folder that holds either.</summary>
    public static Result<SafetensorsCheckpoint> Open(string path)
    {
        if (Directory.Exists(path))
        {
            string single = Path.Combine(path, SingleFileName);
            string index = Path.Combine(path, IndexFileName);
            return File.Exists(single) ? OpenSingle(single)
                : File.Exists(index) ? OpenIndex(index)
                : Pickles.In(path) is { } pickle ? Pickles.Refuse(pickle)
                : Fault.Data($"holds neither {SingleFileName} nor {IndexFileName}", path);
        }
        if (Pickles.IsOne(path))
        {
            return Pickles.Refuse(path);
        }
        return path.EndsWith(".json", StringComparison.Ordinal) ? OpenIndex(path) : OpenSingle(path);
    }

    /// <summary>The entry of a tensor; null when the checkpoint does not hold it.</summary>
    public SafetensorsEntry? Find(string name) => _fileOf.TryGetValue(name, out SafetensorsFile? file) ? file.Find(name) : null;

    /// <inheritdoc cref="SafetensorsFile.Read"/>
    public Tensor Read(string name) => FileOf(name).Read(name);

    /// <inheritdoc cref="SafetensorsFile.ReadInto"/>
    public void ReadInto(string name, Tensor destination) => FileOf(name).ReadInto(name, destination);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
        {
            file.Dispose();
        }
    }

    private SafetensorsFile FileOf(string name) =>
        _fileOf.TryGetValue(name, out SafetensorsFile? file)
            ? file
            : throw new FaultException(Fault.Data($"there is no tensor '{name}'", _files.Count == 1 ? _files[0].Path : "the checkpoint"));

    private static Result<SafetensorsCheckpoint> OpenSingle(string path) =>
        SafetensorsFile
            .Open(path)
            .Map(file => new SafetensorsCheckpoint([file], file.Names.Select(name => KeyValuePair.Create(name, file))));

    private static Result<SafetensorsCheckpoint> OpenIndex(string path)
    {
        List<SafetensorsFile> files = [];
        try
        {
            Dictionary<string, string> map = ReadWeightMap(path);
            Dictionary<string, SafetensorsFile> byFile = [];
            List<KeyValuePair<string, SafetensorsFile>> fileOf = [];
            foreach ((string name, string fileName) in map)
            {
                if (!byFile.TryGetValue(fileName, out SafetensorsFile? file))
                {
                    file = SafetensorsFile.Open(Path.Combine(Path.GetDirectoryName(path) ?? "", fileName)).OrThrow();
                    byFile.Add(fileName, file);
                    files.Add(file);
                }
                if (file.Find(name) is null)
                {
                    throw new FaultException(Fault.Data($"there is no tensor '{name}', which the index assigns to this shard", file.Path));
                }
                fileOf.Add(KeyValuePair.Create(name, file));
            }
            return new SafetensorsCheckpoint(files, fileOf);
        }
        catch (FaultException error)
        {
            files.ForEach(file => file.Dispose());
            return error.Fault;
        }
    }

    private static Dictionary<string, string> ReadWeightMap(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            Dictionary<string, string> map = [];
            foreach (JsonProperty property in document.RootElement.GetProperty("weight_map").EnumerateObject())
            {
                string fileName = property.Value.GetString() ?? throw new JsonException($"'{property.Name}' has no file.");
                if (fileName != Path.GetFileName(fileName) || fileName is "" or "." or ".." || fileName.Contains('\0'))
                {
                    throw new JsonException($"'{property.Name}' points at no file of the folder.");
                }
                map[property.Name] = fileName;
            }
            return map;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FaultException(Fault.Data("is no index of a sharded checkpoint: " + error.Reason(), path), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(Fault.External("cannot be read: " + error.Reason(), path), error);
        }
    }
}
