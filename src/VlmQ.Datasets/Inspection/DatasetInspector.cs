using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Inspection;

/// <summary>Reads a whole dataset of either kind, checking every part and row, and sums it up.</summary>
public static class DatasetInspector
{
    private const string Null = "null";

    /// <summary>Sums a dataset up.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="rows">How many rows to show, 0 or more.</param>
    /// <param name="progress">Gets the episodes read so far.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<Result<DatasetSummary>> InspectAsync(
        string folder,
        int rows = 3,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        try
        {
            DatasetManifest manifest = DatasetFiles.Open(folder, cancellationToken).Bind(ManifestFile.Open).OrThrow();
            return manifest.Kind switch
            {
                DatasetKind.Episodes => await EpisodesAsync(folder, rows, progress, cancellationToken).ConfigureAwait(false),
                DatasetKind.Transitions => await TransitionsAsync(folder, rows, progress, cancellationToken).ConfigureAwait(false),
                _ => throw new InvalidOperationException(),
            };
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    private static async Task<DatasetSummary> EpisodesAsync(
        string folder,
        int rows,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        DatasetReader<StoredEpisode> reader = EpisodeDataset.OpenReader(folder, null, cancellationToken).OrThrow();
        SortedDictionary<(string Environment, string Policy), GroupCounter> groups = [];
        ReplyGroupCounter replies = new(reader.Manifest);
        List<SampleRow> samples = [];
        long read = 0;
        await foreach (StoredEpisode episode in reader.ReadAsync(0, cancellationToken).ConfigureAwait(false))
        {
            if (!groups.TryGetValue((episode.Environment, episode.Policy), out GroupCounter? group))
            {
                groups.Add((episode.Environment, episode.Policy), group = new GroupCounter());
            }
            int valid = 0;
            double sum = 0;
            foreach (StoredTurn turn in episode.Turns)
            {
                valid += turn.Action is null ? 0 : 1;
                sum += turn.Reward;
            }
            group.Add(episode.Turns.Length, valid, sum, episode.Turns[^1].Terminated, episode.Success);
            replies.Add(episode);
            for (int i = 0; i < episode.Turns.Length && samples.Count < rows; i++)
            {
                samples.Add(RowOf(episode, i));
            }
            progress?.Report(++read);
        }
        return new DatasetSummary(
            folder,
            reader.Manifest,
            ColumnsOf(new EpisodeCodec().Features),
            [.. groups.Select(group => group.Value.Group(group.Key.Environment, group.Key.Policy))],
            null,
            null,
            replies.Groups,
            [.. samples]
        );
    }

    private static async Task<DatasetSummary> TransitionsAsync(
        string folder,
        int rows,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        DatasetReader<TransitionEpisode> reader = TransitionDataset.OpenReader(folder, null, cancellationToken).OrThrow();
        GroupCounter group = new();
        ReplyGroupCounter replies = new(reader.Manifest);
        RangeCounter promptTokens = new();
        RangeCounter replyTokens = new();
        List<SampleRow> samples = [];
        long read = 0;
        await foreach (TransitionEpisode episode in reader.ReadAsync(0, cancellationToken).ConfigureAwait(false))
        {
            int valid = 0;
            for (int i = 0; i < episode.Turns; i++)
            {
                StoredTransition row = episode.Rows[i];
                valid += row.Transition.Valid ? 1 : 0;
                replies.Add("", "", "", row.Transition.Valid);
                promptTokens.Add(row.Transition.PromptIds.Length);
                replyTokens.Add(row.Transition.ReplyIds.Length);
                if (samples.Count < rows)
                {
                    samples.Add(RowOf(row));
                }
            }
            group.Add(
                episode.Turns,
                valid,
                episode.Rows[0].Transition.ReturnToGo,
                episode.Rows[episode.Turns - 1].Transition.Terminated,
                null
            );
            progress?.Report(++read);
        }
        return new DatasetSummary(
            folder,
            reader.Manifest,
            ColumnsOf(new TransitionCodec().Features),
            reader.Manifest.Parts.IsEmpty ? [] : [group.Group("", "")],
            promptTokens.Range(),
            replyTokens.Range(),
            replies.Groups,
            [.. samples]
        );
    }

    private static SampleRow RowOf(StoredEpisode episode, int index)
    {
        StoredTurn turn = episode.Turns[index];
        return new SampleRow(
            [
                new("episode_id", episode.Id),
                new("turn", Text(index)),
                new("env", episode.Environment),
                new("seed", Text(episode.Seed)),
                new("policy", episode.Policy),
                new("goal", turn.Observation.Goal),
                new("text", turn.Observation.Text),
                new("image", PictureText(turn.Observation.Picture)),
                new("reply", turn.Reply.Text),
                new("reply_ids", ListText(turn.Reply.TokenIds)),
                new("tokenizer", turn.Reply.TokenizerDigest ?? Null),
                new("action", turn.Action ?? Null),
                new("reward", Text(turn.Reward)),
                new("terminated", Text(turn.Terminated)),
                new("truncated", Text(turn.Truncated)),
                new("success", episode.Success is { } success ? Text(success) : Null),
                new("info", turn.Info),
            ],
            turn.Observation.Picture
        );
    }

    private static SampleRow RowOf(StoredTransition row) =>
        new(
            [
                new("episode_id", row.Transition.EpisodeId),
                new("turn", Text(row.Transition.Turn)),
                new("prompt_ids", ListText(row.Transition.PromptIds)),
                new("reply_ids", ListText(row.Transition.ReplyIds)),
                new("rewards", ListText(row.Transition.Rewards)),
                new("valid", Text(row.Transition.Valid)),
                new("terminated", Text(row.Transition.Terminated)),
                new("truncated", Text(row.Transition.Truncated)),
                new("return_to_go", Text(row.Transition.ReturnToGo)),
                new("behavior_logprobs", ListText(row.Transition.BehaviorLogProbabilities)),
                new("image", PictureText(row.Picture)),
            ],
            row.Picture
        );

    private static string Text(bool value) => value ? "true" : "false";

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static string ListText<T>(ImmutableArray<T> values)
        where T : IFormattable => values.IsDefault ? Null : "[" + string.Join(", ", values.Select(value => Text(value))) + "]";

    // A picture that is none does not keep the rest from being looked at; `verify` is what refuses it.
    private static string PictureText(ImmutableArray<byte> picture)
    {
        string size = PictureCodec.SizeOf(picture.AsSpan(), "") switch
        {
            Result<(int Width, int Height)>.Ok { Value: var (width, height) } => NumberOf($"{width}×{height}"),
            Result<(int Width, int Height)>.Failed failed => failed.Fault.What,
            _ => throw new InvalidOperationException(),
        };
        return NumberOf($"{PictureFormat.Describe(picture.AsSpan())}, {size}, {picture.Length} bytes");
    }

    private static string NumberOf(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static ImmutableArray<DatasetColumn> ColumnsOf(ImmutableArray<Feature> features) =>
        [.. features.Select(feature => new DatasetColumn(feature.Name, TypeText(feature.Type), feature.Meaning))];

    private static string TypeText(FeatureType type) =>
        type switch
        {
            FeatureType.Int32List => "list of int32",
            FeatureType.Float32List => "list of float32",
            FeatureType.Image => "struct of bytes (PNG or JPEG) and path",
            _ => type.ToString().ToLowerInvariant(),
        };
}
