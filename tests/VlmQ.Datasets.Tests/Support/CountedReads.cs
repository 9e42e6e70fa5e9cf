using System.Collections.Concurrent;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Tests.Support;

/// <summary>Counts how often each part is opened.</summary>
internal sealed class CountedReads(IDatasetFiles inner) : IDatasetFiles
{
    private readonly ConcurrentDictionary<string, int> _reads = new(StringComparer.Ordinal);

    public string Folder => inner.Folder;

    /// <summary>Begins to count anew.</summary>
    public void Forget() => _reads.Clear();

    /// <summary>Openings of all files.</summary>
    public int Reads => _reads.Values.Sum();

    /// <summary>Openings of a file.</summary>
    public int ReadsOf(string name) => _reads.GetValueOrDefault(name);

    public bool Exists(string name) => inner.Exists(name);

    public IReadOnlyList<string> Names() => inner.Names();

    public long Length(string name) => inner.Length(name);

    public Stream OpenRead(string name)
    {
        _reads.AddOrUpdate(name, 1, (_, count) => count + 1);
        return inner.OpenRead(name);
    }

    public Stream Create(string name) => inner.Create(name);

    public Stream OpenAppend(string name, long length) => inner.OpenAppend(name, length);

    public void Synchronize(Stream stream) => inner.Synchronize(stream);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Delete(string name) => inner.Delete(name);
}
