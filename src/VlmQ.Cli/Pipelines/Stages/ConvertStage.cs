using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Dataflow;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>Turns a dataset of episodes into one of transitions, showing how far it is.</summary>
internal static class ConvertStage
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public static async Task<Result<ConversionSummary>> RunAsync(
        string name,
        string source,
        string target,
        TextTokenizer tokenizer,
        ConversionOptions options,
        IProgressBoard board,
        CancellationToken token
    )
    {
        Result<DatasetReader<StoredEpisode>> opened = EpisodeDataset.OpenReader(source, null, token);
        if (opened is Result<DatasetReader<StoredEpisode>>.Failed failed)
        {
            return failed.Fault;
        }
        Result<DatasetReader<TransitionEpisode>> there = TransitionDataset.OpenReader(target);
        long resumed = there is Result<DatasetReader<TransitionEpisode>>.Ok begun ? begun.Value.Manifest.Consumed : 0;
        FlowMonitor monitor = new();
        using IProgressLine line = board.Begin(name, opened.OrThrow().Manifest.Episodes, "episodes", resumed);
        Task<Result<ConversionSummary>> running = DatasetConversion.RunAsync(source, target, tokenizer, options, monitor, token);
        while (await Task.WhenAny(running, Task.Delay(Look, CancellationToken.None)).ConfigureAwait(false) != running)
        {
            // Where nothing is left to convert, there is no work to show.
            if (monitor.Written() > 0)
            {
                line.Report(resumed + monitor.Written());
            }
        }
        Result<ConversionSummary> result = await running.ConfigureAwait(false);
        if (result is Result<ConversionSummary>.Ok ok && ok.Value.Resumed < ok.Value.Manifest.Consumed)
        {
            line.Report(ok.Value.Manifest.Consumed, ok.Value.Manifest.Rejects > 0 ? $"{ok.Value.Manifest.Rejects} rejected" : "");
        }
        return result;
    }
}
