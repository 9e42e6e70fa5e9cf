using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Storage.S3;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Transfer;

/// <summary>
/// Sends a dataset from a folder to an S3-compatible store: the parts first and the manifest last, so that there the dataset is whole or
/// not there at all. What is there with the same digest is passed over, so a push that was interrupted goes on where it stopped.
/// </summary>
public static class DatasetPush
{
    /// <summary>Sends a dataset.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="location"><c>s3://bucket/prefix</c>: empty, or an earlier state of the same dataset.</param>
    /// <param name="workers">Parts at once; at least 1.</param>
    /// <param name="progress">Gets the bytes done so far.</param>
    /// <param name="cancellationToken">Stops it; what was sent stays.</param>
    public static Task<Result<TransferReport>> RunAsync(
        string folder,
        string location,
        int workers,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        if (S3Location.IsMeant(folder))
        {
            return Task.FromResult<Result<TransferReport>>(
                Fault.Configuration("a dataset is pushed from a folder", folder, "pull it first: vlmq dataset pull")
            );
        }
        Result<S3Objects> target = S3Location.Parse(location).Bind(found => S3Connection.Open().Map(connection => connection.At(found)));
        return target is Result<S3Objects>.Ok { Value: { } objects }
            ? RunAsync(folder, objects, workers, progress, cancellationToken)
            : Task.FromResult<Result<TransferReport>>(((Result<S3Objects>.Failed)target).Fault);
    }

    /// <summary>The same on an open connection.</summary>
    internal static async Task<Result<TransferReport>> RunAsync(
        string folder,
        S3Objects target,
        int workers,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            DiskFiles files = new(folder, create: false);
            DatasetManifest manifest = ManifestFile.Open(files).OrThrow();
            await CheckTargetAsync(manifest, target, cancellationToken).ConfigureAwait(false);
            S3Upload upload = new(target);
            (int parts, long bytes) = await TransferRules
                .EachAsync(manifest, workers, (part, token) => SendAsync(files, upload, part, token), progress, cancellationToken)
                .ConfigureAwait(false);
            foreach (string name in (string[])[DatasetCard.FileName, Reject.FileName])
            {
                if (files.Exists(name))
                {
                    await using Stream file = files.OpenRead(name);
                    await SendAsync(upload, name, file, cancellationToken).ConfigureAwait(false);
                }
            }
            using MemoryStream last = new(ManifestJson.Write(manifest));
            await SendAsync(upload, DatasetManifest.FileName, last, cancellationToken).ConfigureAwait(false);
            return new TransferReport(folder, target.Location.ToString(), manifest, parts, bytes);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return StorageFaults.Read(folder, "", exception).Fault;
        }
    }

    private static async Task CheckTargetAsync(DatasetManifest manifest, S3Objects target, CancellationToken cancellationToken)
    {
        S3Files there = new(target, cancellationToken);
        if (await target.FindAsync(DatasetManifest.FileName, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }
        if (TransferRules.Conflict(manifest, ManifestFile.Read(there).OrThrow(), there.Folder) is { } conflict)
        {
            throw new FaultException(conflict);
        }
    }

    private static async Task<bool> SendAsync(DiskFiles files, S3Upload upload, PartEntry part, CancellationToken cancellationToken)
    {
        if (ManifestFile.CheckHash(files, part, cancellationToken) is { } damage)
        {
            throw new FaultException(damage);
        }
        await using Stream source = files.OpenRead(part.File);
        return await upload.SendAsync(part.File, source, part.Sha256, cancellationToken).ConfigureAwait(false);
    }

    private static Task SendAsync(S3Upload upload, string name, Stream source, CancellationToken cancellationToken)
    {
        string digest = Digest.Of(source, cancellationToken);
        return upload.SendAsync(name, source, digest, cancellationToken);
    }
}
