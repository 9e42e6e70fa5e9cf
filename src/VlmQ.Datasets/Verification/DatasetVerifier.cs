using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Verification;

/// <summary>Holds a dataset against its manifest and every row against the format's rules.</summary>
public static class DatasetVerifier
{
    /// <summary>Verifies a dataset. Memory is one row group and 16 bytes an episode.</summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="limit">Breaches to list; all are counted.</param>
    /// <param name="progress">Gets the rows done so far.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What was found, or the fault of a folder without a manifest that can be read.</returns>
    public static async Task<Result<VerificationReport>> VerifyAsync(
        string folder,
        int limit = 20,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        try
        {
            IDatasetFiles files = DatasetFiles.Open(folder, cancellationToken).OrThrow();
            DatasetManifest manifest = ManifestFile.Find(files).OrThrow();
            Work work = new(files, manifest, limit, progress, cancellationToken);
            return await FormatWork.OnAsync(manifest.Kind, work).ConfigureAwait(false);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    private sealed class Work(
        IDatasetFiles files,
        DatasetManifest manifest,
        int limit,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    ) : IFormatWork<VerificationReport>
    {
        public async Task<VerificationReport> RunAsync<TEpisode>(IEpisodeCodec<TEpisode> codec)
        {
            PartVerifier<TEpisode> verifier = new(files, codec, limit);
            foreach (PartEntry part in manifest.Parts)
            {
                await verifier.VerifyAsync(part, progress, cancellationToken).ConfigureAwait(false);
            }
            verifier.CheckOtherFiles(manifest);
            return new VerificationReport(files.Folder, manifest, verifier.RowsRead, verifier.Found, verifier.Breaches());
        }
    }
}
