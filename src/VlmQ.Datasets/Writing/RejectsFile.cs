using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Writing;

/// <summary>
/// The open <c>rejects.jsonl</c>: lines beyond those that the manifest accounts for are cut off before new ones are added.
/// </summary>
internal sealed class RejectsFile : IDisposable
{
    private readonly IDatasetFiles _files;
    private readonly Stream _stream;

    public RejectsFile(IDatasetFiles files, DatasetManifest manifest)
    {
        _files = files;
        _stream = files.OpenAppend(Reject.FileName, manifest.RejectsBytes);
        Count = manifest.Rejects;
    }

    /// <summary>Lines.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a line.</summary>
    public void Add(Reject reject)
    {
        _stream.Write(reject.ToLine());
        Count++;
    }

    /// <summary>Makes sure that all lines are on the disk; returns their length.</summary>
    public long Commit()
    {
        _stream.Flush();
        _files.Synchronize(_stream);
        return _stream.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
