using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VlmQ.Core.Episodes;
using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming;

/// <summary>
/// Batches of several datasets by weight, for example 70% offline and 30% online. Each batch is of one dataset, each dataset keeps its
/// own order, and the same seed and weights give the same batches.
/// </summary>
public sealed class MixedStream
{
    private readonly ImmutableArray<TransitionStream> _streams;
    private readonly MixSchedule _schedule;

    private MixedStream(ImmutableArray<TransitionStream> streams, MixSchedule schedule)
    {
        _streams = streams;
        _schedule = schedule;
    }

    /// <summary>Mixes streams.</summary>
    /// <param name="sources">The datasets' streams and weights; at least one, weights positive and finite.</param>
    /// <returns>The mix, or the fault of datasets whose pictures have not one size.</returns>
    /// <exception cref="ArgumentException">There is no source, or a weight is out of range.</exception>
    public static Result<MixedStream> Of(ImmutableArray<(TransitionStream Stream, double Weight)> sources)
    {
        MixSchedule schedule = new([.. sources.Select(source => source.Weight)]);
        TransitionStream first = sources[0].Stream;
        foreach ((TransitionStream other, _) in sources)
        {
            if ((other.ImageWidth, other.ImageHeight) != (first.ImageWidth, first.ImageHeight))
            {
                return Fault.Data(
                    $"the pictures are {other.ImageWidth}×{other.ImageHeight}, those of {first.Folder} {first.ImageWidth}×{first.ImageHeight}",
                    other.Folder,
                    "convert both with one --image-size"
                );
            }
        }
        return new MixedStream([.. sources.Select(source => source.Stream)], schedule);
    }

    /// <summary>The batches from a position on, without end. Leaving the loop stops everything behind it.</summary>
    /// <param name="start">Where to begin: null for the start, or <see cref="MixedBatch.Next"/> of the last batch that was used.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="FaultException">A part, a row or a picture is not what it must be.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async IAsyncEnumerable<MixedBatch> ReadAsync(
        MixPosition? start = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        MixPosition position = start ?? MixPosition.StartOf(_streams.Length);
        var readers = new IAsyncEnumerator<StreamedBatch>?[_streams.Length];
        try
        {
            while (true)
            {
                int source = _schedule.Next(position.Taken);
                IAsyncEnumerator<StreamedBatch> reader = readers[source] ??= _streams[source]
                    .ReadAsync(position.Positions[source], cancellationToken)
                    .GetAsyncEnumerator(cancellationToken);
                await reader.MoveNextAsync().ConfigureAwait(false);
                position = new MixPosition(
                    position.Positions.SetItem(source, reader.Current.Next),
                    position.Taken.SetItem(source, position.Taken[source] + 1)
                );
                yield return new MixedBatch(reader.Current, source, position);
            }
        }
        finally
        {
            foreach (IAsyncEnumerator<StreamedBatch>? reader in readers)
            {
                if (reader is not null)
                {
                    await reader.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
    }
}
