using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Transfer;

/// <summary>
/// Fetches a dataset into a folder: the parts first, each held against its SHA-256, and the manifest last. What is there is passed over
/// and a part that was begun is gone on with, so a pull that was interrupted goes on where it stopped.
/// </summary>
public static class DatasetPull
{
    /// <summary>Fetches a dataset.</summary>
    /// <param name="location">Where it is: <c>s3://bucket/prefix</c>.</param>
    /// <param name="folder">The folder: empty, or an earlier state of the same dataset.</param>
    /// <param name="workers">Parts at once; at least 1.</param>
    /// <param name="progress">Gets the bytes done so far.</param>
    /// <param name="cancellationToken">Stops it; what was fetched stays.</param>
    public static async Task<Result<TransferReport>> RunAsync(
        string location,
        string folder,
        int workers,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        DatasetFiles.Open(location, cancellationToken) switch
        {
            Result<IDatasetFiles>.Ok opened => await RunAsync(opened.Value, folder, workers, progress, cancellationToken)
                .ConfigureAwait(false),
            Result<IDatasetFiles>.Failed failed => failed.Fault,
            _ => throw new InvalidOperationException(),
        };

    /// <summary>The same from open files.</summary>
    internal static async Task<Result<TransferReport>> RunAsync(
        IDatasetFiles source,
        string folder,
        int workers,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            DatasetManifest manifest = ManifestFile.Open(source).OrThrow();
            IDatasetFiles target = DatasetFiles.Create(folder).OrThrow();
            if (Conflict(manifest, target) is { } conflict)
            {
                return conflict;
            }
            (int parts, long bytes) = await TransferRules
                .EachAsync(manifest, workers, (part, token) => FetchAsync(source, target, part, token), progress, cancellationToken)
                .ConfigureAwait(false);
            if (manifest.RejectsBytes > 0)
            {
                await CopyAsync(source, target, Reject.FileName, manifest.RejectsBytes, cancellationToken).ConfigureAwait(false);
            }
            if (source.Exists(DatasetCard.FileName))
            {
                long length = source.Length(DatasetCard.FileName);
                await CopyAsync(source, target, DatasetCard.FileName, length, cancellationToken).ConfigureAwait(false);
            }
            ManifestFile.Write(target, manifest);
            return new TransferReport(source.Folder, folder, manifest, parts, bytes);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return StorageFaults.Write(folder, "", exception).Fault;
        }
    }

    private static Fault? Conflict(DatasetManifest manifest, IDatasetFiles target)
    {
        if (target.Exists(DatasetManifest.FileName))
        {
            return TransferRules.Conflict(manifest, ManifestFile.Read(target).OrThrow(), target.Folder);
        }
        HashSet<string> ours =
        [
            .. manifest.Parts.Select(part => part.File),
            DatasetCard.FileName,
            Reject.FileName,
            DatasetManifest.FileName,
        ];
        return OccupiedFolder.Refusal(
            target.Folder,
            name => ours.Contains(name) || ours.Contains(name.Replace(AtomicFile.TemporarySuffix, "", StringComparison.Ordinal)),
            "copy of this dataset"
        );
    }

    private static async Task<bool> FetchAsync(
        IDatasetFiles source,
        IDatasetFiles target,
        PartEntry part,
        CancellationToken cancellationToken
    )
    {
        if (
            target.Exists(part.File)
            && target.Length(part.File) == part.Bytes
            && ManifestFile.CheckHash(target, part, cancellationToken) is null
        )
        {
            return false;
        }
        string temporary = part.File + AtomicFile.TemporarySuffix;
        long begun = target.Exists(temporary) ? target.Length(temporary) : 0;
        await using (Stream copy = target.OpenAppend(temporary, begun))
        {
            await using Stream bytes = await source.OpenPartAsync(part, cancellationToken).ConfigureAwait(false);
            await ResumableCopy
                .RunAsync(bytes, copy, part.Sha256, Path.Combine(source.Folder, part.File), cancellationToken)
                .ConfigureAwait(false);
            target.Synchronize(copy);
        }
        target.Rename(temporary, part.File);
        return true;
    }

    // Copied in blocks: how long a stranger's manifest says that a file is proves nothing.
    private static async Task CopyAsync(
        IDatasetFiles source,
        IDatasetFiles target,
        string name,
        long bytes,
        CancellationToken cancellationToken
    )
    {
        string temporary = name + AtomicFile.TemporarySuffix;
        await using (Stream copy = target.Create(temporary))
        {
            await using Stream original = source.OpenRead(name);
            if (original.Length < bytes)
            {
                throw new FaultException(
                    Fault.Data(
                        $"it has {original.Length} bytes, the manifest says {bytes}",
                        Path.Combine(source.Folder, name),
                        "push the dataset again from where it is whole"
                    )
                );
            }
            await original.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
            copy.SetLength(bytes);
            target.Synchronize(copy);
        }
        target.Rename(temporary, name);
    }
}
