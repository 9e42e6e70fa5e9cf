using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Reading;

/// <summary>Reads all of a part that can be read, whether or not its bytes are those that the manifest lists.</summary>
internal static class PartScan
{
    /// <summary>The row groups in order; one that cannot be read is a fault, and the next one follows.</summary>
    public static async IAsyncEnumerable<ReadGroup<TEpisode>> GroupsAsync<TEpisode>(
        IDatasetFiles files,
        IEpisodeCodec<TEpisode> codec,
        PartEntry part,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        Result<PartReader> opened = await OpenAsync(files, part, cancellationToken).ConfigureAwait(false);
        if (opened is Result<PartReader>.Failed failed)
        {
            yield return new ReadGroup<TEpisode>(-1, 0, 0, failed.Fault);
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
            yield return new ReadGroup<TEpisode>(group, firstRow, rows, episodes, column);
            firstRow += rows;
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
