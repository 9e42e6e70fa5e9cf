using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
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

    /// <summary>The turns of a batch that are trained on, by their prompts: those of a sample are [1, index, turn].</summary>
    public static (int Index, int Turn)[] TurnsOf(TurnBatch batch) =>
        [
            .. Enumerable
                .Range(0, batch.Rows)
                .Where(row => batch.ReplyLengths[row] > 0)
                .Select(row => (batch.PromptIds[(row * batch.PromptWidth) + 1], batch.PromptIds[(row * batch.PromptWidth) + 2])),
        ];

    public static Fault FaultOf<T>(Result<T> result) => Assert.IsType<Result<T>.Failed>(result).Fault;
}
