using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Exchange;

/// <summary>
/// A dataset as files that any tool reads: <c>rows.jsonl</c>, one JSON object a row, pictures in <c>images/</c>, and the manifest as
/// <c>dataset.json</c>, which is written last; its card as <c>card.md</c> and its <c>rejects.jsonl</c>, if it has any. Importing it gives the same parts, byte for byte, where they are cut in the same way.
/// </summary>
public static class DatasetExport
{
    internal const string HeadName = "dataset.json";
    internal const string RowsName = "rows.jsonl";
    private const string BegunName = HeadName + AtomicFile.TemporarySuffix;

    /// <summary>Exports a dataset.</summary>
    /// <param name="source">The dataset's folder.</param>
    /// <param name="target">
    /// The folder to write to, empty or with the same export: an unfinished one is begun anew, but keeps its pictures.
    /// </param>
    /// <param name="progress">Gets the episodes done so far.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The dataset's manifest.</returns>
    public static async Task<Result<DatasetManifest>> ExportAsync(
        string source,
        string target,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            IDatasetFiles dataset = DatasetFiles.Open(source, cancellationToken).OrThrow();
            DatasetManifest manifest = ManifestFile.Open(dataset).OrThrow();
            IDatasetFiles files = DatasetFiles.Create(target).OrThrow();
            byte[] head = ManifestJson.Write(manifest);
            if (files.Exists(HeadName))
            {
                return Holds(target, HeadName, head) ? manifest : Refused(target, "another export");
            }
            if (Stranger(target, head) is { } stranger)
            {
                return stranger;
            }
            Begin(files, head);
            await FormatWork.OnAsync(manifest.Kind, new Work(source, files, progress, cancellationToken)).ConfigureAwait(false);
            ExportedNotes.Write(dataset, files);
            files.Rename(BegunName, HeadName);
            return manifest;
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return StorageFaults.Write(target, RowsName, exception).Fault;
        }
    }

    // What is written first and renamed last says whose the files beside it are: those of this export, or somebody's.
    private static void Begin(IDatasetFiles files, byte[] head)
    {
        using Stream begun = files.Create(BegunName);
        begun.Write(head);
        begun.Flush();
        files.Synchronize(begun);
    }

    private static Fault? Stranger(string target, byte[] head) =>
        Holds(target, BegunName, head) ? null
        : File.Exists(Path.Combine(target, BegunName)) && Directory.EnumerateFileSystemEntries(target).Count() > 1
            ? Refused(target, "another export that has not come to its end")
        : OccupiedFolder.Refusal(target, name => name == BegunName, "export");

    private static bool Holds(string target, string name, byte[] head)
    {
        string path = Path.Combine(target, name);
        return File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(head);
    }

    private static Fault Refused(string target, string what) =>
        Fault.Configuration($"the folder holds {what}", target, "name another folder, or delete this one");

    private sealed class Work(string source, IDatasetFiles files, IProgress<long>? progress, CancellationToken cancellationToken)
        : IFormatWork<bool>
    {
        public async Task<bool> RunAsync<TEpisode>(IEpisodeCodec<TEpisode> codec)
        {
            DatasetReader<TEpisode> reader = DatasetReader<TEpisode>
                .Open(DatasetFiles.Open(source, cancellationToken).OrThrow(), codec, new DatasetReaderOptions { AllowIncomplete = false })
                .OrThrow();
            PictureFiles pictures = new(files.Folder);
            long done = 0;
            string temporary = RowsName + AtomicFile.TemporarySuffix;
            using (Stream rows = files.Create(temporary))
            {
                await foreach (TEpisode episode in reader.ReadAsync(0, cancellationToken).ConfigureAwait(false))
                {
                    RowJson.Write(rows, episode, pictures.Put);
                    progress?.Report(++done);
                }
                rows.Flush();
                files.Synchronize(rows);
            }
            files.Rename(temporary, RowsName);
            return true;
        }
    }
}
