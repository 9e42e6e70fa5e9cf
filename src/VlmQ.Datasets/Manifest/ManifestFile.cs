using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Storage.S3;

namespace VlmQ.Datasets.Manifest;

/// <summary>Reads and replaces <c>manifest.json</c>, and holds the parts against it.</summary>
public static class ManifestFile
{
    /// <summary>The way out where a part is missing or damaged.</summary>
    internal const string MakePartAnew =
        "restore the file from where it was copied, delete the folder and make the dataset again, or salvage what is whole with "
        + "`vlmq dataset repair`";

    /// <summary>Reads the manifest of the dataset in a folder and checks that each part is there with its length.</summary>
    public static Result<DatasetManifest> Open(IDatasetFiles files) =>
        Find(files).Bind<DatasetManifest>(manifest => Caught(() => CheckLengths(files, manifest)) is Fault fault ? fault : manifest);

    /// <summary>Reads the manifest of the dataset in a folder, whatever its parts are.</summary>
    public static Result<DatasetManifest> Find(IDatasetFiles files)
    {
        if (files is DiskFiles && !Directory.Exists(files.Folder))
        {
            return Fault.Data("there is no such folder", files.Folder, "name the folder of a dataset: one with a manifest.json");
        }
        Fault? absent = Caught(() => files.Exists(DatasetManifest.FileName) ? null : Absent(files));
        return absent is null ? Read(files) : absent;
    }

    // A store does not say whether it is the bucket or the object that is not there.
    private static Fault Absent(IDatasetFiles files) =>
        files is DiskFiles && files.Names().Any(PartEntry.IsPartName)
            ? Fault.Data(
                "there are parts, but no manifest.json that says what they are",
                files.Folder,
                "restore it from where the dataset was copied; without it nothing proves that they are whole"
            )
            : Fault.Data(
                "there is no manifest.json, so this is no dataset",
                files.Folder,
                S3Location.IsMeant(files.Folder) ? "check bucket and prefix" : "name the folder of a dataset"
            );

    /// <summary>Reads the manifest alone.</summary>
    public static Result<DatasetManifest> Read(IDatasetFiles files)
    {
        try
        {
            using Stream stream = files.OpenRead(DatasetManifest.FileName);
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            return ManifestJson.Read(bytes.ToArray(), Path.Combine(files.Folder, DatasetManifest.FileName));
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return StorageFaults.Read(files.Folder, DatasetManifest.FileName, exception).Fault;
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    /// <summary>Replaces the manifest: it is the old one or the new one, never half of either.</summary>
    /// <exception cref="FaultException">The disk refused.</exception>
    public static void Write(IDatasetFiles files, DatasetManifest manifest) =>
        AtomicFile.Write(files, DatasetManifest.FileName, ManifestJson.Write(manifest));

    /// <summary>
    /// The fault of the first part that is missing or has another length than the manifest says; null when there is none.
    /// </summary>
    public static Fault? CheckLengths(IDatasetFiles files, DatasetManifest manifest)
    {
        if (files.Lengths() is not { } lengths)
        {
            return null; // Each part's length is then checked when it is opened.
        }
        foreach (PartEntry part in manifest.Parts)
        {
            if (CheckLength(files, part, lengths.TryGetValue(part.File, out long length) ? length : null) is { } fault)
            {
                return fault;
            }
        }
        return null;
    }

    /// <summary>The fault of a part that is missing or has another length than the manifest says; null when it has not.</summary>
    public static Fault? CheckLength(IDatasetFiles files, PartEntry part) =>
        CheckLength(files, part, files.Exists(part.File) ? files.Length(part.File) : null);

    private static Fault? CheckLength(IDatasetFiles files, PartEntry part, long? length)
    {
        string where = Path.Combine(files.Folder, part.File);
        if (length is null)
        {
            return Fault.Data("the part is missing", where, MakePartAnew);
        }
        return length == part.Bytes
            ? null
            : Fault.Data(
                $"the part is {(length < part.Bytes ? "truncated" : "too long")}: {length} bytes, the manifest says {part.Bytes}",
                where,
                MakePartAnew
            );
    }

    /// <summary>The fault of a part whose bytes are not those that the manifest lists; null when they are.</summary>
    public static Fault? CheckHash(IDatasetFiles files, PartEntry part, CancellationToken cancellation = default)
    {
        try
        {
            using Stream stream = files.OpenRead(part.File);
            string digest = Digest.Of(stream, cancellation);
            return digest == part.Sha256
                ? null
                : Fault.Data(
                    $"the part is damaged: its SHA-256 is {digest}, the manifest says {part.Sha256}",
                    Path.Combine(files.Folder, part.File),
                    MakePartAnew
                );
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return StorageFaults.Read(files.Folder, part.File, exception).Fault;
        }
    }

    /// <summary>The fault of the first part that is missing, has another length, or other bytes; null when the dataset is whole.</summary>
    public static Fault? Verify(IDatasetFiles files, DatasetManifest manifest, CancellationToken cancellation = default)
    {
        Fault? fault = CheckLengths(files, manifest);
        foreach (PartEntry part in manifest.Parts)
        {
            fault ??= CheckHash(files, part, cancellation);
        }
        return fault;
    }

    private static Fault? Caught(Func<Fault?> check)
    {
        try
        {
            return check();
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }
}
