using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Importing;

/// <summary>
/// The dataset that an import writes. Its folder is touched only when the first episode is made: an import that fails before, for want
/// of an option, leaves nothing that stands in the way of the next try.
/// </summary>
internal sealed class ImportTarget : IAsyncDisposable
{
    /// <summary>
    /// The property of the manifest that holds the digest of the picture files that what is consumed so far names by path. Only reading
    /// them all would tell it beforehand; so, other than the digest of the source, it grows with the dataset.
    /// </summary>
    private const string PicturesProperty = "pictures_digest";

    // Rejects that wait in memory for the first episode.
    private const int MostWaiting = 1000;

    private readonly string _folder;
    private readonly DatasetHeader _header;
    private readonly DatasetWriterOptions _options;

    // Each id that is taken, with the copies of it that are known to be taken too: one id may come a million times.
    private readonly Dictionary<UInt128, int> _ids = [];
    private readonly List<Reject> _waiting = [];
    private DatasetWriter<StoredEpisode>? _writer;
    private string? _pictures;
    private string? _picturesBefore;
    private long _seen;

    private ImportTarget(string folder, DatasetHeader header, DatasetWriterOptions options)
    {
        _folder = folder;
        _header = header;
        _options = options;
    }

    /// <summary>What the folder holds; null where nothing has been written yet.</summary>
    public DatasetManifest? Manifest => _writer?.Manifest;

    /// <summary>Episodes of the source that an earlier run has dealt with.</summary>
    public long Consumed { get; private set; }

    /// <summary>An earlier run has finished, and there are no picture files to hold it against.</summary>
    public bool IsDone => Manifest is { Complete: true } && _picturesBefore is null;

    /// <summary>Episodes that could not be used, in this run and those before.</summary>
    public long Rejects { get; private set; }

    /// <summary>The first episode that could not be used in this run.</summary>
    public Reject? FirstReject { get; private set; }

    /// <summary>Opens what an earlier run left, if there is anything.</summary>
    /// <exception cref="FaultException">The folder holds something else, or is damaged.</exception>
    public static async Task<ImportTarget> OpenAsync(
        string folder,
        DatasetHeader header,
        DatasetWriterOptions options,
        CancellationToken cancellationToken
    )
    {
        ImportTarget target = new(folder, header, options);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            target._writer = EpisodeDataset.OpenWriter(folder, header, options).OrThrow();
            target.Consumed = target._writer.Consumed;
            target.Rejects = target._writer.Manifest.Rejects;
            target._picturesBefore = target._writer.Manifest.Properties.GetValueOrDefault(PicturesProperty);
            DatasetReader<StoredEpisode> reader = EpisodeDataset.OpenReader(folder).OrThrow();
            foreach (string id in await reader.TextsAsync("episode_id", cancellationToken).ConfigureAwait(false))
            {
                target._ids.TryAdd(EpisodeKey.Of(id), 1);
            }
        }
        return target;
    }

    /// <summary>Accounts for the pictures of the source's next episode, before it is written or rejected or passed over.</summary>
    /// <param name="pictures">The digest of those that it names by path; null where it names none.</param>
    /// <exception cref="FaultException">They are not those that the earlier run has seen.</exception>
    public void See(string? pictures)
    {
        _pictures = pictures is null ? _pictures : Digest.Of(_pictures + pictures);
        if (++_seen == Consumed && _picturesBefore is not null && _pictures != _picturesBefore)
        {
            throw new FaultException(
                Fault.Configuration(
                    "the folder holds a dataset that was made with other pictures: files of theirs have changed since",
                    _folder,
                    "restore them, name another folder, or delete this one to make the dataset anew"
                )
            );
        }
    }

    /// <summary>Writes an episode; one whose id is taken gets another.</summary>
    public async ValueTask WriteAsync(StoredEpisode episode, CancellationToken cancellationToken)
    {
        await Begun().WriteAsync(WithFreeId(episode), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Notes an episode that cannot be used.</summary>
    public void Reject(Reject reject)
    {
        Rejects++;
        FirstReject ??= reject;
        if (_writer is null && _waiting.Count < MostWaiting)
        {
            _waiting.Add(reject);
            return;
        }
        Begun().Reject(reject);
    }

    /// <summary>Makes the dataset whole; null where not one episode could be used and nothing was written.</summary>
    public async Task<DatasetManifest?> CompleteAsync(CancellationToken cancellationToken) =>
        _writer is null ? null
        : _writer.Manifest.Complete ? _writer.Manifest
        : await _writer.CompleteAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _writer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private DatasetWriter<StoredEpisode> Begun()
    {
        if (_writer is null)
        {
            _writer = EpisodeDataset.OpenWriter(_folder, _header, _options).OrThrow();
            foreach (Reject reject in _waiting)
            {
                _writer.Reject(reject);
            }
            _waiting.Clear();
        }
        if (_pictures is not null)
        {
            _writer.Note(PicturesProperty, _pictures);
        }
        return _writer;
    }

    // Conversations about one picture often share its id.
    private StoredEpisode WithFreeId(StoredEpisode episode)
    {
        string id = episode.Id;
        UInt128 first = EpisodeKey.Of(id);
        while (!_ids.TryAdd(EpisodeKey.Of(id), 1))
        {
            id = string.Create(CultureInfo.InvariantCulture, $"{episode.Id}~{++_ids[first]}");
        }
        return id == episode.Id
            ? episode
            : new StoredEpisode(
                id,
                episode.Environment,
                episode.Seed,
                episode.Policy,
                episode.Turns,
                episode.FinalObservation,
                episode.Success
            );
    }
}
