using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Comparison;

/// <summary>Compares two datasets of one kind, episode by episode, however they are cut into parts.</summary>
public static class DatasetComparer
{
    /// <summary>Compares. Memory is about a kilobyte an episode of the first dataset.</summary>
    /// <param name="left">The first dataset's folder.</param>
    /// <param name="right">The second dataset's folder.</param>
    /// <param name="limit">Episodes to name of each sort; all are counted.</param>
    /// <param name="progress">Gets the episodes read so far.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<Result<DatasetDifference>> CompareAsync(
        string left,
        string right,
        int limit = 10,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        try
        {
            DatasetManifest first = DatasetFiles.Open(left, cancellationToken).Bind(ManifestFile.Open).OrThrow();
            DatasetManifest second = DatasetFiles.Open(right, cancellationToken).Bind(ManifestFile.Open).OrThrow();
            return first.Kind == second.Kind
                ? await FormatWork.OnAsync(first.Kind, new Work(left, right, limit, progress, cancellationToken)).ConfigureAwait(false)
                : Fault.Configuration($"{first.Format} and {second.Format} cannot be compared", right, "name two datasets of one kind");
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    private sealed class Work(string left, string right, int limit, IProgress<long>? progress, CancellationToken cancellationToken)
        : IFormatWork<DatasetDifference>
    {
        private readonly Dictionary<string, (long Index, ImmutableSortedDictionary<string, UInt128> Columns)> _left = [];
        private readonly List<ChangedEpisode> _changedEpisodes = [];
        private readonly List<string> _onlyRightEpisodes = [];
        private long _read;
        private long _same;
        private long _changed;
        private long _onlyRight;
        private long _last = -1;
        private bool _sameOrder = true;

        public async Task<DatasetDifference> RunAsync<TEpisode>(IEpisodeCodec<TEpisode> codec)
        {
            DatasetReader<TEpisode> first = Open(codec, left);
            DatasetReader<TEpisode> second = Open(codec, right);
            await foreach (TEpisode episode in first.ReadAsync(0, cancellationToken).ConfigureAwait(false))
            {
                if (!_left.TryAdd(codec.FactsOf(episode).Id, (_left.Count, ColumnDigests.Of(episode))))
                {
                    throw new FaultException(Fault.Data($"the episode '{codec.FactsOf(episode).Id}' comes twice", left));
                }
                progress?.Report(++_read);
            }
            await foreach (TEpisode episode in second.ReadAsync(0, cancellationToken).ConfigureAwait(false))
            {
                Compare(codec.FactsOf(episode).Id, ColumnDigests.Of(episode));
                progress?.Report(++_read);
            }
            return new DatasetDifference(
                first.Manifest,
                second.Manifest,
                _same,
                _changed,
                _left.Count,
                _onlyRight,
                _sameOrder,
                [.. _changedEpisodes],
                [.. _left.OrderBy(pair => pair.Value.Index).Take(limit).Select(pair => pair.Key)],
                [.. _onlyRightEpisodes]
            );
        }

        private DatasetReader<TEpisode> Open<TEpisode>(IEpisodeCodec<TEpisode> codec, string folder) =>
            DatasetReader<TEpisode>
                .Open(DatasetFiles.Open(folder, cancellationToken).OrThrow(), codec, new DatasetReaderOptions())
                .OrThrow();

        // What is left of the first dataset in the end is only there.
        private void Compare(string id, ImmutableSortedDictionary<string, UInt128> columns)
        {
            if (!_left.Remove(id, out (long Index, ImmutableSortedDictionary<string, UInt128> Columns) other))
            {
                _onlyRight++;
                Note(_onlyRightEpisodes, id);
                return;
            }
            _sameOrder &= other.Index > _last;
            _last = other.Index;
            ImmutableArray<string> different = [.. columns.Keys.Where(column => columns[column] != other.Columns[column])];
            if (different.IsEmpty)
            {
                _same++;
                return;
            }
            _changed++;
            Note(_changedEpisodes, new ChangedEpisode(id, different));
        }

        private void Note<T>(List<T> list, T item)
        {
            if (list.Count < limit)
            {
                list.Add(item);
            }
        }
    }
}
