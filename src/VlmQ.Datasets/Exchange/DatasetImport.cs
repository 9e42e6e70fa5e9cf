using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Selection;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Exchange;

/// <summary>Makes a dataset of what <see cref="DatasetExport"/> wrote.</summary>
public static class DatasetImport
{
    private const string LayoutDigest = "layout";

    // A row without its picture, which has a file of its own; far beyond honest data.
    private const int LineChars = 32 << 20;

    /// <summary>Imports an export; on a folder that an earlier run left unfinished, goes on after its last whole part.</summary>
    /// <param name="source">The export's folder.</param>
    /// <param name="target">The dataset's folder.</param>
    /// <param name="writer">How it is cut into parts.</param>
    /// <param name="progress">Gets the episodes done so far.</param>
    /// <param name="cancellationToken">Stops it; what is committed stays.</param>
    public static async Task<Result<RemadeDataset>> ImportAsync(
        string source,
        string target,
        DatasetWriterOptions writer,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        string head = Path.Combine(source, DatasetExport.HeadName);
        try
        {
            if (!Directory.Exists(source))
            {
                return Fault.Data("there is no such folder", source, "name the folder of an export");
            }
            if (!File.Exists(head))
            {
                return Fault.Data("there is no dataset.json, so this is no whole export", source, "name the folder of an export");
            }
            DiskFiles files = new(source, create: false);
            if (!files.Exists(DatasetExport.RowsName))
            {
                return Fault.Data($"the export's {DatasetExport.RowsName} is missing", source, "export the dataset again");
            }
            DatasetManifest manifest = ManifestJson.Read(ReadHead(files), head).OrThrow();
            Work work = new(files, manifest, target, writer, progress, cancellationToken);
            return await FormatWork.OnAsync(manifest.Kind, work).ConfigureAwait(false);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return StorageFaults.Read(source, DatasetExport.RowsName, exception).Fault;
        }
    }

    private static byte[] ReadHead(DiskFiles files)
    {
        using Stream stream = files.OpenRead(DatasetExport.HeadName);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private sealed class Work(
        DiskFiles source,
        DatasetManifest exported,
        string target,
        DatasetWriterOptions options,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    ) : IFormatWork<RemadeDataset>
    {
        private readonly PictureFiles _pictures = new(source.Folder);

        public async Task<RemadeDataset> RunAsync<TEpisode>(IEpisodeCodec<TEpisode> codec)
        {
            DatasetHeader header = new()
            {
                Title = ExportedNotes.TitleOf(source, exported.Kind),
                Digests = exported.Digests.Remove(LayoutDigest),
                Properties = exported.Properties,
            };
            await using DatasetWriter<TEpisode> writer = DatasetWriter<TEpisode>
                .Open(DatasetFiles.Create(target).OrThrow(), codec, header, options)
                .OrThrow();
            if (!writer.Manifest.Complete)
            {
                await CopyAsync(writer).ConfigureAwait(false);
            }
            return new RemadeDataset(target, writer.Manifest);
        }

        private async Task CopyAsync<TEpisode>(DatasetWriter<TEpisode> writer)
        {
            // What the first run could not use comes first here, so that a run that goes on knows where it stands.
            long skip = writer.Consumed;
            foreach (Reject reject in ExportedNotes.RejectsOf(source, exported))
            {
                if (--skip < 0)
                {
                    writer.Reject(reject);
                }
            }
            long done = 0;
            long number = 0;
            List<ExportedRow> rows = [];
            string file = Path.Combine(source.Folder, DatasetExport.RowsName);
            using StreamReader text = new(source.OpenRead(DatasetExport.RowsName));
            foreach (string line in BoundedLines.Of(text, LineChars, file))
            {
                cancellationToken.ThrowIfCancellationRequested();
                ExportedRow row = new(line, string.Create(CultureInfo.InvariantCulture, $"{file}, line {++number}"));
                if (row.Whole("turn") == 0)
                {
                    await EndAsync().ConfigureAwait(false);
                }
                if (row.Whole("turn") != rows.Count || (rows.Count > 0 && row.Text("episode_id") != rows[0].Text("episode_id")))
                {
                    throw row.Wrong($"turn {row.Whole("turn")} of '{row.Text("episode_id")}' does not follow the row before it");
                }
                rows.Add(row);
            }
            await EndAsync().ConfigureAwait(false);
            if (done != exported.Episodes)
            {
                string what = string.Create(
                    CultureInfo.InvariantCulture,
                    $"it holds {done} episodes, dataset.json says {exported.Episodes}"
                );
                throw new FaultException(Fault.Data(what, file, "export the dataset again"));
            }
            await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);

            async ValueTask EndAsync()
            {
                if (rows.Count > 0)
                {
                    if (--skip < 0)
                    {
                        TEpisode episode = RowJson.Read<TEpisode>(rows, _pictures.Get);
                        await writer.WriteAsync(episode, cancellationToken).ConfigureAwait(false);
                    }
                    rows.Clear();
                    done++;
                    progress?.Report(done);
                }
            }
        }
    }
}
