using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Models.Vision;

/// <summary>
/// What a frozen vision tower made of pictures, by the pictures' digests. Memory and folder are bounded: of memory, what was used
/// longest ago goes first; of the folder, what was written longest ago. Features on disk carry the digest of the tower's weights in their names, so that another tower never reads them. Safe from
/// several threads.
/// </summary>
public sealed class FeatureCache : IDisposable
{
    private const string TensorName = "features";

    private readonly FeatureCacheOptions _options;
    private readonly Func<string> _towerDigest;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Digest, Tensor Features)>> _byDigest = [];
    private readonly LinkedList<(string Digest, Tensor Features)> _newestFirst = [];
    private string? _tower;
    private long _memoryBytes;

    /// <param name="options">How much is kept, and where.</param>
    /// <param name="towerDigest">The digest of the tower's weights; asked for once, when the folder is first used.</param>
    public FeatureCache(FeatureCacheOptions options, Func<string> towerDigest)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(towerDigest);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MemoryBytes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.DiskBytes, nameof(options));
        _options = options;
        _towerDigest = towerDigest;
    }

    /// <summary>Bytes of features in memory.</summary>
    public long MemoryBytes
    {
        get
        {
            lock (_lock)
            {
                return _memoryBytes;
            }
        }
    }

    /// <summary>The features of a picture; null when they are not at hand. The caller owns the returned tensor; its data are shared.</summary>
    public Tensor? Find(string digest)
    {
        lock (_lock)
        {
            if (_byDigest.TryGetValue(digest, out LinkedListNode<(string Digest, Tensor Features)>? node))
            {
                _newestFirst.Remove(node);
                _newestFirst.AddFirst(node);
                return node.Value.Features.alias();
            }
            Tensor? read = ReadFile(digest);
            if (read is not null)
            {
                Keep(digest, read);
            }
            return read;
        }
    }

    /// <summary>Keeps a picture's features.</summary>
    /// <param name="digest">The picture's.</param>
    /// <param name="features">Of any shape, on the CPU, without gradient; its data are shared and must not change.</param>
    /// <exception cref="FaultException">The folder cannot be written.</exception>
    public void Add(string digest, Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        lock (_lock)
        {
            Keep(digest, features);
            WriteFile(digest, features);
        }
    }

    /// <summary>Forgets what is in memory, as after the tower's weights have changed.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            foreach ((_, Tensor features) in _newestFirst)
            {
                features.Dispose();
            }
            _newestFirst.Clear();
            _byDigest.Clear();
            _memoryBytes = 0;
            _tower = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private static long BytesOf(Tensor features) => features.numel() * features.ElementSize;

    private void Keep(string digest, Tensor features)
    {
        long bytes = BytesOf(features);
        if (bytes > _options.MemoryBytes || _byDigest.ContainsKey(digest))
        {
            return;
        }
        _byDigest[digest] = _newestFirst.AddFirst((digest, features.alias().DetachFromDisposeScope()));
        _memoryBytes += bytes;
        while (_memoryBytes > _options.MemoryBytes)
        {
            (string oldest, Tensor last) = _newestFirst.Last!.Value;
            _newestFirst.RemoveLast();
            _byDigest.Remove(oldest);
            _memoryBytes -= BytesOf(last);
            last.Dispose();
        }
    }

    private string? PathOf(string digest)
    {
        if (_options.Folder is not { } folder)
        {
            return null;
        }
        _tower ??= _towerDigest();
        return Path.Combine(folder, $"{digest}-{_tower}.safetensors");
    }

    private Tensor? ReadFile(string digest)
    {
        if (PathOf(digest) is not { } path || !File.Exists(path))
        {
            return null;
        }
        // A file that another run evicts meanwhile, or one that is damaged, is a miss: the features are computed again.
        if (SafetensorsFile.Open(path) is not Result<SafetensorsFile>.Ok { Value: var file })
        {
            return null;
        }
        using (file)
        {
            if (file.Find(TensorName) is null)
            {
                return null;
            }
            return file.Read(TensorName);
        }
    }

    private void WriteFile(string digest, Tensor features)
    {
        if (PathOf(digest) is not { } path || BytesOf(features) > _options.DiskBytes || File.Exists(path))
        {
            return;
        }
        try
        {
            Directory.CreateDirectory(_options.Folder!);
            SafetensorsWriter.Write(path, [KeyValuePair.Create(TensorName, features)]);
            EvictFiles();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(
                Fault.External("image features cannot be kept: " + error.Reason(), _options.Folder!, "name another folder, or none"),
                error
            );
        }
    }

    private void EvictFiles()
    {
        FileInfo[] files = new DirectoryInfo(_options.Folder!).GetFiles("*.safetensors");
        long total = files.Sum(file => file.Length);
        foreach (FileInfo file in files.OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal))
        {
            if (total <= _options.DiskBytes)
            {
                break;
            }
            total -= file.Length;
            file.Delete();
        }
    }
}
