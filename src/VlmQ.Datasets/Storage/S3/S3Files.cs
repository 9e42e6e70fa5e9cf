using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Storage.S3;

/// <summary>
/// A dataset in an S3-compatible store, to read. Parts come from the cache where there is one, held against their SHA-256; without it
/// only the ranges that are asked for are fetched, and what can be checked is: the length, the digest that a push noted, that every
/// range is of the same object, and that it came whole.
/// </summary>
/// <param name="objects">Where it lies.</param>
/// <param name="stop">Stops whatever is asked.</param>
internal sealed class S3Files(S3Objects objects, CancellationToken stop = default) : IDatasetFiles
{
    /// <inheritdoc/>
    public string Folder => objects.Location.ToString();

    /// <inheritdoc/>
    public bool ChecksParts => true;

    /// <inheritdoc/>
    public bool Exists(string name) => Find(name) is not null;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names() => [.. Lengths()?.Keys ?? throw Unlisted()];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long>? Lengths() => objects.ListAsync(stop).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public long Length(string name) => Known(name).Bytes;

    /// <inheritdoc/>
    public Stream OpenRead(string name) => RangedStream.Open(objects, name, Known(name), stop);

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenPartAsync(PartEntry part, CancellationToken cancellationToken)
    {
        Stream? kept = objects.Connection.Cache is { } cache
            ? await cache
                .OpenAsync(
                    part,
                    async token => await OpenRangedAsync(part, token).ConfigureAwait(false),
                    objects.Where(part.File),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : null;
        return kept ?? await OpenRangedAsync(part, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Stream Create(string name) => throw ReadOnly();

    /// <inheritdoc/>
    public Stream OpenAppend(string name, long length) => throw ReadOnly();

    /// <inheritdoc/>
    public void Synchronize(Stream stream) => throw ReadOnly();

    /// <inheritdoc/>
    public void Rename(string from, string to) => throw ReadOnly();

    /// <inheritdoc/>
    public void Delete(string name) => throw ReadOnly();

    private Task<RangedStream> OpenRangedAsync(PartEntry part, CancellationToken token) =>
        RangedStream.OpenAsync(objects, part.File, part.Bytes, part.Sha256, token);

    private ObjectFacts? Find(string name) => objects.FindAsync(name, stop).GetAwaiter().GetResult();

    private ObjectFacts Known(string name) =>
        Find(name) ?? throw new FaultException(Fault.Data("there is no such object", objects.Where(name), "check the location"));

    private FaultException ReadOnly() => new(DatasetFiles.NotWritable(Folder));

    private FaultException Unlisted() =>
        new(Fault.External("the store does not let its objects be listed", Folder, "ask for the permission s3:ListBucket"));
}
