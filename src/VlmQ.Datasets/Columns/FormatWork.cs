using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Columns;

/// <summary>Chooses the format of a kind.</summary>
internal static class FormatWork
{
    /// <summary>Does the work on the format of a kind.</summary>
    public static Task<TResult> OnAsync<TResult>(DatasetKind kind, IFormatWork<TResult> work) =>
        kind switch
        {
            DatasetKind.Episodes => work.RunAsync(new EpisodeCodec()),
            DatasetKind.Transitions => work.RunAsync(new TransitionCodec()),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
}
