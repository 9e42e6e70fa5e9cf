using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Salvage;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Reading;

/// <summary>Reads all of a part that can be read, whether or not its bytes are those that the manifest lists.</summary>
internal static class PartScan
{
    /// <summary>The row groups in order; one that cannot be read is a fault, and the next one follows.</summary>
    /// <param name="files">The dataset's files.</param>
    /// <param name="codec">The format.</param>
    /// <param name="part">The part.</param>
    /// <param name="salvage">Look for the row groups of a part that has lost its footer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async IAsyncEnumerable<ReadGroup<TEpisode>> GroupsAsync<TEpisode>(
        IDatasetFiles files,
        IEpisodeCodec<TEpisode> codec,
        PartEntry part,
        bool salvage = false,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        Result<PartReader> opened = await OpenAsync(files, part, cancellationToken).ConfigureAwait(false);
        if (opened is Result<PartReader>.Failed failed)
        {
            await using Stream? stream = salvage ? OpenOrNull(files, part) : null;
            if (stream is null)
            {
                yield return new ReadGroup<TEpisode>(-1, 0, part.Rows, failed.Fault) { Bytes = part.Bytes };
                yield break;
            }
            string path = Path.Combine(files.Folder, part.File);
            await foreach (
                ReadGroup<TEpisode> group in CutPart
                    .GroupsAsync(stream, path, codec, part, failed.Fault, cancellationToken)
                    .ConfigureAwait(false)
            )
            {
                yield return group;
            }
            yield break;
        }
        await using PartReader reader = opened.OrThrow();
        long firstRow = 0;
        for (int group = 0; group < reader.Groups; group++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long rows = reader.RowsOf(group);
            string? column = null;
            Result<ImmutableArray<ReadEpisode<TEpisode>>> episodes;
            try
            {
                episodes = await reader
                    .ReadGroupAsync(group, firstRow, columns => codec.ReadAsync(columns, cancellationToken))
                    .ConfigureAwait(false);
            }
            catch (FaultException exception) when (exception.Fault.Kind == FaultKind.Data)
            {
                // A network that is down says nothing about the data.
                episodes = exception.Fault;
                column = reader.UnreadableColumn;
            }
            yield return new ReadGroup<TEpisode>(group, firstRow, rows, episodes, column) { Bytes = reader.BytesOf(group) };
            firstRow += rows;
        }
    }

    // A file that is a link, or may not be read, is refused as it was before.
    private static Stream? OpenOrNull(IDatasetFiles files, PartEntry part)
    {
        try
        {
            return files.OpenRead(part.File);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static async Task<Result<PartReader>> OpenAsync(IDatasetFiles files, PartEntry part, CancellationToken cancellationToken)
    {
        try
        {
            string path = Path.Combine(files.Folder, part.File);
            return await PartReader
                .OpenAsync(path, () => ValueTask.FromResult(files.OpenRead(part.File)), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (FaultException exception) when (exception.Fault.Kind == FaultKind.Data)
        {
            return exception.Fault;
        }
    }
}
