using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Transfer;

/// <summary>What both directions of a transfer keep to.</summary>
internal static class TransferRules
{
    /// <summary>The fault of a target that holds another dataset: not the one transferred, nor an earlier state of it.</summary>
    public static Fault? Conflict(DatasetManifest transferred, DatasetManifest there, string where)
    {
        bool earlier =
            there.Kind == transferred.Kind
            && there.Parts.Length <= transferred.Parts.Length
            && there.Parts.AsSpan().SequenceEqual(transferred.Parts.AsSpan()[..there.Parts.Length]);
        return earlier ? null : Fault.Configuration("another dataset is there", where, "name a place that is empty");
    }

    /// <summary>Transfers parts, several at once; the first failure stops all.</summary>
    /// <param name="manifest">The dataset.</param>
    /// <param name="workers">Parts at once.</param>
    /// <param name="transfer">Transfers a part; false where it was there.</param>
    /// <param name="progress">Gets the bytes done so far.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many parts were transferred, and their bytes.</returns>
    public static async Task<(int Parts, long Bytes)> EachAsync(
        DatasetManifest manifest,
        int workers,
        Func<PartEntry, CancellationToken, Task<bool>> transfer,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        int parts = 0;
        long bytes = 0;
        long done = 0;
        await Parallel
            .ForEachAsync(
                manifest.Parts,
                new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken },
                async (part, token) =>
                {
                    if (await transfer(part, token).ConfigureAwait(false))
                    {
                        Interlocked.Increment(ref parts);
                        Interlocked.Add(ref bytes, part.Bytes);
                    }
                    progress?.Report(Interlocked.Add(ref done, part.Bytes));
                }
            )
            .ConfigureAwait(false);
        return (parts, bytes);
    }
}
