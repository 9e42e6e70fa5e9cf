using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Writing;

/// <summary>What happens before the first episode: an empty dataset is laid down, or an interrupted one is cleared up.</summary>
internal static class WriterStart
{
    private const string UseAnother = "name another folder, or delete this one to make the dataset anew";

    /// <summary>The manifest to go on from.</summary>
    /// <exception cref="FaultException">The disk refused.</exception>
    public static Result<DatasetManifest> Begin<TEpisode>(IDatasetFiles files, IEpisodeCodec<TEpisode> codec, DatasetHeader header) =>
        files.Exists(DatasetManifest.FileName) ? ManifestFile.Open(files).Bind(manifest => GoOn(files, codec, header, manifest))
        : Stranger(files) is { } stranger ? stranger
        : LayDown(files, codec, header);

    /// <summary>The manifest to go on from, null where there is none yet, or why there can be none; nothing is touched.</summary>
    /// <exception cref="FaultException">The disk refused.</exception>
    public static Result<DatasetManifest?> Look<TEpisode>(IDatasetFiles files, IEpisodeCodec<TEpisode> codec, DatasetHeader header)
    {
        if (files.Exists(DatasetManifest.FileName))
        {
            return ManifestFile
                .Open(files)
                .Bind(manifest =>
                    Conflict(files, codec.Kind, header, manifest) is not { } fault ? manifest
                    : HoldsNothing(manifest) ? new Result<DatasetManifest?>.Ok(null)
                    : (Result<DatasetManifest?>)fault
                );
        }
        return Stranger(files) is { } stranger ? stranger : (Result<DatasetManifest?>)new Result<DatasetManifest?>.Ok(null);
    }

    /// <summary>Writes the card.</summary>
    public static void WriteCard<TEpisode>(
        IDatasetFiles files,
        IEpisodeCodec<TEpisode> codec,
        DatasetHeader header,
        DatasetManifest manifest
    ) =>
        AtomicFile.Write(
            files,
            DatasetCard.FileName,
            DatasetCard.Write(header.Title, manifest, codec.Features, HuggingFace.Yaml(codec.Features))
        );

    private static DatasetManifest LayDown<TEpisode>(IDatasetFiles files, IEpisodeCodec<TEpisode> codec, DatasetHeader header)
    {
        DatasetManifest manifest = new()
        {
            Kind = codec.Kind,
            Digests = header.Digests,
            Properties = header.Properties,
        };
        WriteCard(files, codec, header, manifest);
        ManifestFile.Write(files, manifest);
        return manifest;
    }

    private static Result<DatasetManifest> GoOn<TEpisode>(
        IDatasetFiles files,
        IEpisodeCodec<TEpisode> codec,
        DatasetHeader header,
        DatasetManifest manifest
    )
    {
        Fault? conflict = Conflict(files, codec.Kind, header, manifest);
        if (conflict is not null && !HoldsNothing(manifest))
        {
            return conflict;
        }
        ClearUp(files, manifest);
        return conflict is null ? manifest : LayDown(files, codec, header);
    }

    // A run that failed before its first commit, for want of an option perhaps, does not stand in the way of the next.
    private static bool HoldsNothing(DatasetManifest manifest) =>
        manifest is { Complete: false, Consumed: 0, Parts.IsEmpty: true, RejectsBytes: 0 };

    // An interrupted first start leaves its card and temporary files; anything else is somebody's.
    private static Fault? Stranger(IDatasetFiles files) =>
        OccupiedFolder.Refusal(
            files.Folder,
            name =>
                name == DatasetCard.FileName
                    ? DatasetCard.IsIn(files)
                    : name.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal),
            "dataset"
        );

    private static Fault? Conflict(IDatasetFiles files, DatasetKind kind, DatasetHeader header, DatasetManifest manifest)
    {
        if (manifest.Kind != kind)
        {
            return Fault.Configuration(
                $"the folder holds a dataset of {manifest.Format}, not {DatasetManifest.NameOf(kind)}",
                files.Folder,
                UseAnother
            );
        }
        if (Difference(manifest.Digests, header.Digests) is { } name)
        {
            return Fault.Configuration($"the folder holds a dataset that was made with another {name}", files.Folder, UseAnother);
        }
        if (manifest.RejectsBytes > 0 && (!files.Exists(Reject.FileName) || files.Length(Reject.FileName) < manifest.RejectsBytes))
        {
            return Fault.Data(
                $"the file is missing or shorter than the {manifest.RejectsBytes} bytes that the manifest says",
                Path.Combine(files.Folder, Reject.FileName),
                "delete the folder and make the dataset again"
            );
        }
        return null;
    }

    private static string? Difference(ImmutableSortedDictionary<string, string> there, ImmutableSortedDictionary<string, string> here)
    {
        foreach (string name in there.Keys.Union(here.Keys).Order(StringComparer.Ordinal))
        {
            if (!there.TryGetValue(name, out string? old) || !here.TryGetValue(name, out string? now) || old != now)
            {
                return name;
            }
        }
        return null;
    }

    // What was being written when the run before was interrupted: temporary files, a part that the manifest does not list yet, and
    // lines of rejects that it does not count yet.
    private static void ClearUp(IDatasetFiles files, DatasetManifest manifest)
    {
        foreach (string name in files.Names())
        {
            bool unlisted = PartEntry.IsPartName(name) && !manifest.Parts.Any(part => part.File == name);
            bool temporary =
                name.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal) && IsOurs(name[..^AtomicFile.TemporarySuffix.Length]);
            if (unlisted || temporary || (name == Reject.FileName && manifest.RejectsBytes == 0))
            {
                files.Delete(name);
            }
        }
        if (manifest.RejectsBytes > 0 && files.Length(Reject.FileName) > manifest.RejectsBytes)
        {
            using Stream cut = files.OpenAppend(Reject.FileName, manifest.RejectsBytes);
            files.Synchronize(cut);
        }
    }

    private static bool IsOurs(string name) =>
        PartEntry.IsPartName(name) || name is DatasetManifest.FileName or DatasetCard.FileName or Reject.FileName;
}
