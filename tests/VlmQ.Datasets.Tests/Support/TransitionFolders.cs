using VlmQ.Core.Episodes;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Tests.Support;

/// <summary>Whole datasets on disk.</summary>
internal static class TransitionFolders
{
    public static async Task WriteAsync(string folder, IEnumerable<TransitionEpisode> episodes, DatasetWriterOptions? options = null)
    {
        await using DatasetWriter<TransitionEpisode> writer = TransitionDataset
            .OpenWriter(folder, Samples.Header(), options ?? Samples.SmallParts)
            .OrThrow();
        foreach (TransitionEpisode episode in episodes)
        {
            await writer.WriteAsync(episode);
        }
        await writer.CompleteAsync();
    }

    /// <summary>Episodes of 1 to 11 turns, every other one truncated.</summary>
    public static IEnumerable<TransitionEpisode> Episodes(int count) =>
        Enumerable.Range(0, count).Select(i => Samples.Transitions(i, 1 + (i * 7 % 11), i % 2 == 0));

    public static Fault FaultOf<T>(Result<T> result) => Assert.IsType<Result<T>.Failed>(result).Fault;
}
