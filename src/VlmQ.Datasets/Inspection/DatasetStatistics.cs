using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Inspection;

/// <summary>A dataset's numbers and how they are distributed.</summary>
/// <param name="Manifest">The dataset's manifest.</param>
/// <param name="Numbers">The distribution of each number.</param>
/// <param name="Actions">The most frequent actions; empty for transitions, which do not name them.</param>
/// <param name="OtherActions">How many different actions there are beside those.</param>
/// <param name="Replies">How many replies named an action, and what was wrong with the others, by environment and policy.</param>
public sealed record DatasetStatistics(
    DatasetManifest Manifest,
    ImmutableArray<NumberSummary> Numbers,
    ImmutableArray<ActionCount> Actions,
    long OtherActions,
    ImmutableArray<ReplyGroup> Replies
)
{
    /// <summary>Reads a dataset and takes its statistics; memory is bounded but for the different actions.</summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="actions">Actions to list.</param>
    /// <param name="progress">Gets the episodes read so far.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<Result<DatasetStatistics>> OfAsync(
        string folder,
        int actions = 20,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            DatasetManifest manifest = DatasetFiles.Open(folder, cancellationToken).Bind(ManifestFile.Open).OrThrow();
            return await FormatWork
                .OnAsync(manifest.Kind, new Work(folder, actions, new ReplyGroupCounter(manifest), progress, cancellationToken))
                .ConfigureAwait(false);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    private sealed class Work(
        string folder,
        int actions,
        ReplyGroupCounter replies,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    ) : IFormatWork<DatasetStatistics>
    {
        // The empty key stands for replies that did not parse: it comes apart from the empty action by its tuple.
        private readonly Dictionary<(bool Parsed, string Action), (long Turns, double Sum)> _actions = [];
        private readonly Dictionary<string, NumberCounter> _numbers = [];
        private readonly List<string> _order = [];

        public async Task<DatasetStatistics> RunAsync<TEpisode>(IEpisodeCodec<TEpisode> codec)
        {
            DatasetReader<TEpisode> reader = DatasetReader<TEpisode>
                .Open(DatasetFiles.Open(folder, cancellationToken).OrThrow(), codec, new DatasetReaderOptions())
                .OrThrow();
            long read = 0;
            await foreach (TEpisode episode in reader.ReadAsync(0, cancellationToken).ConfigureAwait(false))
            {
                EpisodeFacts facts = codec.FactsOf(episode);
                Add("turns of an episode", facts.Length);
                Add("return of an episode", facts.Return);
                AddTurns(episode);
                progress?.Report(++read);
            }
            var listed = _actions.OrderByDescending(pair => pair.Value.Turns).ThenBy(pair => pair.Key.Action, StringComparer.Ordinal);
            return new DatasetStatistics(
                reader.Manifest,
                [.. _order.Select(name => _numbers[name].Summary()!)],
                [
                    .. listed
                        .Take(actions)
                        .Select(pair => new ActionCount(
                            pair.Key.Parsed ? pair.Key.Action : null,
                            pair.Value.Turns,
                            pair.Value.Sum / pair.Value.Turns
                        )),
                ],
                Math.Max(0, _actions.Count - actions),
                replies.Groups
            );
        }

        private void AddTurns<TEpisode>(TEpisode episode)
        {
            switch (episode)
            {
                case StoredEpisode stored:
                    foreach (StoredTurn turn in stored.Turns)
                    {
                        Add(turn);
                    }
                    replies.Add(stored);
                    break;
                case TransitionEpisode transitions:
                    foreach (StoredTransition row in transitions.Rows.AsSpan()[..transitions.Turns])
                    {
                        Add("reward of a turn", row.Transition.Rewards[^1]);
                        Add("tokens of a prompt", row.Transition.PromptIds.Length);
                        Add("tokens of a reply", row.Transition.ReplyIds.Length);
                        Add("bytes of a picture", row.Picture.Length);
                        replies.Add("", "", "", row.Transition.Valid);
                    }
                    break;
                default:
                    throw new ArgumentException($"{typeof(TEpisode).Name} is no episode.", nameof(episode));
            }
        }

        private void Add(StoredTurn turn)
        {
            Add("reward of a turn", turn.Reward);
            Add("characters of a reply", turn.Reply.Text.Length);
            Add("bytes of a picture", turn.Observation.Picture.Length);
            (bool, string) key = (turn.Action is not null, turn.Action ?? "");
            (long turns, double sum) = _actions.GetValueOrDefault(key);
            _actions[key] = (turns + 1, sum + turn.Reward);
        }

        private void Add(string name, double value)
        {
            if (!_numbers.TryGetValue(name, out NumberCounter? counter))
            {
                _numbers.Add(name, counter = new NumberCounter(name));
                _order.Add(name);
            }
            counter.Add(value);
        }
    }
}
