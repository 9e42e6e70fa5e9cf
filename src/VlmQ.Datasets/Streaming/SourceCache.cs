using System.Collections.Concurrent;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Streaming;

/// <summary>Keeps what was read of a dataset, for as long as all of it fits.</summary>
/// <param name="bytes">Bytes that it may have.</param>
/// <param name="pictureBytes">Bytes of a decoded picture.</param>
internal sealed class SourceCache(long bytes, long pictureBytes)
{
    private readonly ConcurrentDictionary<int, LoadedPart> _parts = new();

    /// <summary>What row groups are read into.</summary>
    public GroupMemoryPool Memory { get; } = new();

    /// <summary>Where the parts of a dataset stay, by position; null for one that is too large, of which nothing is kept.</summary>
    public ConcurrentDictionary<int, LoadedPart>? Of(DatasetManifest manifest)
    {
        if (manifest.Bytes + (manifest.Rows * pictureBytes) <= bytes)
        {
            return _parts;
        }
        _parts.Clear();
        return null;
    }
}
