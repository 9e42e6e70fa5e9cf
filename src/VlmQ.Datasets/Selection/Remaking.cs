using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using VlmQ.Core.Episodes;
using VlmQ.Dataflow;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Selection;

/// <summary>
/// Reads the sources' episodes in order and writes each to its target. On targets that an earlier run left unfinished, the same
/// episodes are routed again and those already written are passed over, so an interruption changes no byte.
/// </summary>
internal sealed class Remaking(RemakePlan plan, RemakeSources sources, IProgress<long>? progress, CancellationToken cancellationToken)
    : IFormatWork<ImmutableArray<RemadeDataset>>
{
    /// <summary>Carries a plan out.</summary>
    public static async Task<Result<ImmutableArray<RemadeDataset>>> RunAsync(
        RemakePlan plan,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            RemakeSources sources = RemakeSources.Open(plan.Sources, cancellationToken);
            Remaking work = new(plan, sources, progress, cancellationToken);
            return await FormatWork.OnAsync(sources.Kind, work).ConfigureAwait(false);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    public async Task<ImmutableArray<RemadeDataset>> RunAsync<TEpisode>(IEpisodeCodec<TEpisode> codec)
    {
        EpisodeRouter router = plan.Router(sources);
        List<DatasetWriter<TEpisode>> writers = [];
        try
        {
            foreach ((string folder, string selection) in plan.Targets)
            {
                IDatasetFiles files = DatasetFiles.Create(folder).OrThrow();
                writers.Add(DatasetWriter<TEpisode>.Open(files, codec, sources.HeaderOf(selection), plan.Writer).OrThrow());
            }
            if (writers.Exists(writer => !writer.Manifest.Complete))
            {
                await CopyAsync(codec, writers, router).ConfigureAwait(false);
            }
            return [.. writers.Select((writer, i) => new RemadeDataset(plan.Targets[i].Folder, writer.Manifest))];
        }
        finally
        {
            foreach (DatasetWriter<TEpisode> writer in writers)
            {
                await writer.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task CopyAsync<TEpisode>(IEpisodeCodec<TEpisode> codec, List<DatasetWriter<TEpisode>> writers, EpisodeRouter router)
    {
        long[] written = [.. writers.Select(writer => writer.Consumed)];
        long read = 0;
        Result<FlowReport> ran = await Source
            .From(ReadAsync(codec, cancellationToken), "read", capacity: 4)
            .To(Sink.ForEach<TEpisode>(WriteAsync, "write"))
            .RunAsync(cancellationToken)
            .ConfigureAwait(false);
        if (ran is Result<FlowReport>.Failed failed)
        {
            throw new FaultException(failed.Fault);
        }
        foreach (DatasetWriter<TEpisode> writer in writers.Where(writer => !writer.Manifest.Complete))
        {
            await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }

        ValueTask WriteAsync(TEpisode episode, CancellationToken token)
        {
            progress?.Report(++read);
            int target = router(codec.FactsOf(episode));
            return target < 0 || --written[target] >= 0 ? ValueTask.CompletedTask : writers[target].WriteAsync(episode, token);
        }
    }

    private async IAsyncEnumerable<TEpisode> ReadAsync<TEpisode>(
        IEpisodeCodec<TEpisode> codec,
        [EnumeratorCancellation] CancellationToken token
    )
    {
        HashSet<UInt128> ids = [];
        for (int i = 0; i < plan.Sources.Length; i++)
        {
            IDatasetFiles files = DatasetFiles.Open(plan.Sources[i], token).OrThrow();
            DatasetReader<TEpisode> reader = DatasetReader<TEpisode>.Open(files, codec, new DatasetReaderOptions()).OrThrow();
            await foreach (TEpisode episode in reader.ReadAsync(0, token).ConfigureAwait(false))
            {
                string id = codec.FactsOf(episode).Id;
                if (plan.Rename)
                {
                    yield return codec.Rename(episode, string.Create(CultureInfo.InvariantCulture, $"{i}/{id}"));
                    continue;
                }
                if (plan.Sources.Length > 1 && !ids.Add(EpisodeKey.Of(id)))
                {
                    throw new FaultException(
                        Fault.Data($"the episode '{id}' comes twice", plan.Sources[i], "put the dataset's number before each id: --rename")
                    );
                }
                yield return episode;
            }
        }
    }
}
