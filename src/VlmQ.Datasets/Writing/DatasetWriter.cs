using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Writing;

/// <summary>
/// Writes a dataset part by part; each appears whole or not at all. A writer that is opened on a dataset with the same digests goes on
/// after its last whole part. The bytes are a function of the episodes, the header and the options alone. One caller at a time.
/// </summary>
/// <typeparam name="TEpisode">A whole episode in memory.</typeparam>
public sealed class DatasetWriter<TEpisode> : IAsyncDisposable
{
    private readonly IDatasetFiles _files;
    private readonly IEpisodeCodec<TEpisode> _codec;
    private readonly DatasetHeader _header;
    private readonly DatasetWriterOptions _options;
    private readonly List<TEpisode> _pending = [];
    private PartWriter<TEpisode>? _part;
    private RejectsFile? _rejects;
    private long _pendingRows;
    private long _pendingBytes;
    private long _partRows;
    private long _partBytes;
    private long _consumed;
    private bool _failed;
    private ImmutableSortedDictionary<string, string> _properties;

    private DatasetWriter(
        IDatasetFiles files,
        IEpisodeCodec<TEpisode> codec,
        DatasetHeader header,
        DatasetWriterOptions options,
        DatasetManifest manifest
    )
    {
        _files = files;
        _codec = codec;
        _header = header;
        _options = options;
        Manifest = manifest;
        _consumed = manifest.Consumed;
        _properties = manifest.Properties;
    }

    /// <summary>What is committed.</summary>
    public DatasetManifest Manifest { get; private set; }

    /// <summary>Items of the source that are accounted for, committed or not; right after opening, where to go on.</summary>
    public long Consumed => _consumed;

    /// <summary>False once a write has failed, and once the dataset is complete.</summary>
    public bool CanGoOn => !_failed && !Manifest.Complete;

    /// <summary>Opens a folder to write to: makes it, or goes on with the dataset that it holds.</summary>
    internal static Result<DatasetWriter<TEpisode>> Open(
        IDatasetFiles files,
        IEpisodeCodec<TEpisode> codec,
        DatasetHeader header,
        DatasetWriterOptions options
    )
    {
        header = Laid(header, options);
        try
        {
            return WriterStart
                .Begin(files, codec, header)
                .Map(manifest => new DatasetWriter<TEpisode>(files, codec, header, options, manifest));
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return StorageFaults.Write(files.Folder, DatasetManifest.FileName, exception).Fault;
        }
    }

    /// <summary>What <see cref="Open"/> would go on from, null for a dataset that it would begin, or its fault; nothing is touched.</summary>
    internal static Result<DatasetManifest?> Look(
        IDatasetFiles files,
        IEpisodeCodec<TEpisode> codec,
        DatasetHeader header,
        DatasetWriterOptions options
    )
    {
        try
        {
            return WriterStart.Look(files, codec, Laid(header, options));
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    private static DatasetHeader Laid(DatasetHeader header, DatasetWriterOptions options)
    {
        options.Validate();
        return header with { Digests = header.Digests.SetItem("layout", Digest.Of(options.Describe())) };
    }

    /// <summary>Adds an episode; it accounts for one item of the source.</summary>
    /// <exception cref="FaultException">The disk refused. What is committed stays; a new writer goes on after it.</exception>
    public async ValueTask WriteAsync(TEpisode episode, CancellationToken cancellationToken = default)
    {
        ThrowIfFailed();
        EpisodeSize size = _codec.SizeOf(episode);
        _pending.Add(episode);
        _pendingRows += size.Rows;
        _pendingBytes += size.Bytes;
        _partRows += size.Rows;
        _partBytes += size.Bytes;
        _consumed++;
        bool partIsFull = _partRows >= _options.PartRows || _partBytes >= _options.PartBytes;
        if (partIsFull || _pendingRows >= _options.RowGroupRows || _pendingBytes >= _options.RowGroupBytes)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        if (partIsFull)
        {
            await CommitAsync(complete: false, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Notes an episode that cannot be used; it accounts for one item of the source.</summary>
    /// <exception cref="FaultException">The disk refused.</exception>
    public void Reject(Reject reject)
    {
        ThrowIfFailed();
        Guard(
            Writing.Reject.FileName,
            () =>
            {
                _rejects ??= new RejectsFile(_files, Manifest);
                _rejects.Add(reject);
            }
        );
        _consumed++;
    }

    /// <summary>Notes a property that says something of what is consumed so far; the manifest has it from the next commit on.</summary>
    public void Note(string name, string value)
    {
        ThrowIfFailed();
        _properties = _properties.SetItem(name, value);
    }

    /// <summary>Commits what is left and marks the dataset complete.</summary>
    /// <exception cref="FaultException">The disk refused.</exception>
    public async Task<DatasetManifest> CompleteAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfFailed();
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await CommitAsync(complete: true, cancellationToken).ConfigureAwait(false);
        return Manifest;
    }

    /// <summary>
    /// Commits what is left and leaves the dataset open, so that the next writer goes on after it: for episodes that could not be made
    /// again. How the dataset is cut into parts then depends on when that was.
    /// </summary>
    /// <exception cref="FaultException">The disk refused.</exception>
    public async Task<DatasetManifest> KeepAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfFailed();
        if (_consumed > Manifest.Consumed)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
            await CommitAsync(complete: false, cancellationToken).ConfigureAwait(false);
        }
        return Manifest;
    }

    /// <summary>Closes the files. What is not committed is forgotten.</summary>
    public async ValueTask DisposeAsync()
    {
        _rejects?.Dispose();
        _rejects = null;
        if (_part is not null)
        {
            PartWriter<TEpisode> part = _part;
            _part = null;
            await part.AbandonAsync().ConfigureAwait(false);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_pending.Count == 0)
        {
            return;
        }
        string name = PartEntry.NameOf(Manifest.Parts.Length);
        await GuardAsync(
                name,
                async () =>
                {
                    _part ??= await PartWriter<TEpisode>
                        .CreateAsync(_files, _codec, name, Metadata(), _options.Compression, cancellationToken)
                        .ConfigureAwait(false);
                    await _part.WriteAsync(_pending, cancellationToken).ConfigureAwait(false);
                }
            )
            .ConfigureAwait(false);
        _pending.Clear();
        _pendingRows = 0;
        _pendingBytes = 0;
    }

    private async Task CommitAsync(bool complete, CancellationToken cancellationToken)
    {
        DatasetManifest next = Manifest with { Complete = complete, Consumed = _consumed, Properties = _properties };
        await GuardAsync(
                PartEntry.NameOf(Manifest.Parts.Length),
                async () =>
                {
                    if (_part is not null)
                    {
                        next = next with { Parts = next.Parts.Add(await _part.CommitAsync(cancellationToken).ConfigureAwait(false)) };
                        _part = null;
                    }
                    if (_rejects is not null)
                    {
                        next = next with { Rejects = _rejects.Count, RejectsBytes = _rejects.Commit() };
                    }
                    if (complete)
                    {
                        WriterStart.WriteCard(_files, _codec, _header, next);
                    }
                    ManifestFile.Write(_files, next);
                }
            )
            .ConfigureAwait(false);
        Manifest = next;
        _partRows = 0;
        _partBytes = 0;
    }

    private Dictionary<string, string> Metadata()
    {
        Dictionary<string, string> metadata = new()
        {
            ["vlmq.format"] = DatasetManifest.NameOf(_codec.Kind),
            ["vlmq.version"] = DatasetManifest.FormatVersion.ToString(CultureInfo.InvariantCulture),
        };
        foreach ((string name, string digest) in _header.Digests)
        {
            metadata["vlmq.digest." + name] = digest;
        }
        metadata[HuggingFace.MetadataKey] = HuggingFace.Metadata(_codec.Features);
        return metadata;
    }

    private void ThrowIfFailed()
    {
        if (_failed)
        {
            throw new InvalidOperationException("The writer failed before; open a new one.");
        }
    }

    private void Guard(string name, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            _failed = true;
            throw StorageFaults.Write(_files.Folder, name, exception);
        }
    }

    private async Task GuardAsync(string name, Func<Task> action)
    {
        bool done = false;
        try
        {
            await action().ConfigureAwait(false);
            done = true;
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            throw StorageFaults.Write(_files.Folder, name, exception);
        }
        finally
        {
            _failed |= !done;
        }
    }
}
