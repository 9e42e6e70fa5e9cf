using System.Collections.Immutable;
using Parquet;
using Parquet.Schema;
using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;

namespace VlmQ.Datasets.Transitions;

/// <summary>
/// Transitions in the columns of <c>vlmq-transitions/1</c>, one row a turn, and one for a truncated episode's final observation.
/// </summary>
internal sealed class TransitionCodec : IEpisodeCodec<TransitionEpisode>
{
    private const int RowBytes = 32;
    private const string PromptIds = "prompt_ids/list/element";
    private const string ReplyIds = "reply_ids/list/element";
    private const string Rewards = "rewards/list/element";
    private const string LogProbabilities = "behavior_logprobs/list/element";

    public DatasetKind Kind => DatasetKind.Transitions;

    public ParquetSchema Schema { get; } =
        new(
            new DataField<string>("episode_id", false),
            new DataField<int>("turn"),
            new ListField("prompt_ids", new DataField<int>("element")),
            new ListField("reply_ids", new DataField<int>("element")),
            new ListField("rewards", new DataField<float>("element")),
            new DataField<bool>("valid"),
            new DataField<bool>("terminated"),
            new DataField<bool>("truncated"),
            new DataField<float>("return_to_go"),
            new ListField("behavior_logprobs", new DataField<float>("element")),
            ImageColumn.Field()
        );

    public ImmutableArray<Feature> Features { get; } =
    [
        new("episode_id", FeatureType.String, "the episode; its rows follow one another"),
        new("turn", FeatureType.Int32, "the turn, from 0"),
        new("prompt_ids", FeatureType.Int32List, "the prompt's tokens, with one placeholder where the image goes"),
        new("reply_ids", FeatureType.Int32List, "the reply's tokens with the end token; empty in the row of a final observation"),
        new("rewards", FeatureType.Float32List, "one a reply token; zero but at the last"),
        new("valid", FeatureType.Bool, "the reply parsed to an action"),
        new("terminated", FeatureType.Bool, "the environment ended in this turn"),
        new("truncated", FeatureType.Bool, "the episode was cut after this turn; also true in the row of the final observation"),
        new("return_to_go", FeatureType.Float32, "undiscounted sum of rewards from this turn on"),
        new("behavior_logprobs", FeatureType.Float32List, "log-probability of each reply token when it was sampled; null where unknown"),
        new(ImageColumn.Name, FeatureType.Image, "what the agent saw (PNG or JPEG)"),
    ];

    public ImmutableArray<string> DictionaryColumns { get; } = ["episode_id"];

    public EpisodeSize SizeOf(TransitionEpisode episode)
    {
        long bytes = 0;
        foreach (StoredTransition row in episode.Rows)
        {
            bytes +=
                RowBytes
                + row.Picture.Length
                + row.Transition.EpisodeId.Length
                + (4 * (row.Transition.PromptIds.Length + (2 * row.Transition.ReplyIds.Length)))
                + (row.Transition.BehaviorLogProbabilities.IsDefault ? 0 : 4 * row.Transition.ReplyIds.Length);
        }
        return new EpisodeSize(episode.Rows.Length, episode.Turns, bytes);
    }

    public EpisodeFacts FactsOf(TransitionEpisode episode)
    {
        double sum = 0;
        int valid = 0;
        int promptTokens = 0;
        int replyTokens = 0;
        foreach (StoredTransition row in episode.Rows.AsSpan()[..episode.Turns])
        {
            sum += row.Transition.Rewards[^1];
            valid += row.Transition.Valid ? 1 : 0;
            promptTokens = Math.Max(promptTokens, row.Transition.PromptIds.Length);
            replyTokens += row.Transition.ReplyIds.Length;
        }
        return new EpisodeFacts
        {
            Id = episode.Id,
            Length = episode.Turns,
            Return = sum,
            Valid = valid,
            Terminated = episode.Rows[episode.Turns - 1].Transition.Terminated,
            PromptTokens = promptTokens,
            ReplyTokens = replyTokens,
        };
    }

    public TransitionEpisode Rename(TransitionEpisode episode, string id) =>
        new([.. episode.Rows.Select(row => row with { Transition = Rename(row.Transition, id) })]);

    public async Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<TransitionEpisode> episodes, CancellationToken cancellation)
    {
        List<StoredTransition> rows = [];
        foreach (TransitionEpisode episode in episodes)
        {
            rows.AddRange(episode.Rows.AsSpan());
        }
        await group.WriteAsync(Field("episode_id"), (string?[])Column(row => row.Transition.EpisodeId)).ConfigureAwait(false);
        await WriteAsync("turn", Column(row => row.Transition.Turn)).ConfigureAwait(false);
        await WriteListsAsync(PromptIds, row => row.PromptIds).ConfigureAwait(false);
        await WriteListsAsync(ReplyIds, row => row.ReplyIds).ConfigureAwait(false);
        await WriteListsAsync(Rewards, row => row.Rewards).ConfigureAwait(false);
        await WriteAsync("valid", Column(row => row.Transition.Valid)).ConfigureAwait(false);
        await WriteAsync("terminated", Column(row => row.Transition.Terminated)).ConfigureAwait(false);
        await WriteAsync("truncated", Column(row => row.Transition.Truncated)).ConfigureAwait(false);
        await WriteAsync("return_to_go", Column(row => row.Transition.ReturnToGo)).ConfigureAwait(false);
        await WriteListsAsync(LogProbabilities, row => row.BehaviorLogProbabilities).ConfigureAwait(false);
        await group.WriteAsync(Field(ImageColumn.Bytes), (byte[]?[])Column(row => ImageColumn.Unwrap(row.Picture))).ConfigureAwait(false);
        await group.WriteAsync(Field(ImageColumn.Path), new string?[rows.Count]).ConfigureAwait(false);

        T[] Column<T>(Func<StoredTransition, T> of)
        {
            T[] values = new T[rows.Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = of(rows[i]);
            }
            return values;
        }

        Task WriteAsync<T>(string column, T[] values)
            where T : struct => group.WriteAsync<T>(Field(column), (ReadOnlyMemory<T>)values, null, null, cancellation);

        Task WriteListsAsync<T>(string path, Func<Transition, ImmutableArray<T>> of)
            where T : struct
        {
            ListColumn<T> column = new(Field(path), rows.Count);
            foreach (StoredTransition row in rows)
            {
                column.Add(of(row.Transition));
            }
            return group.WriteAllPartsAsync(Field(path), column.Values, column.Definitions, column.Repetitions, cancellation);
        }
    }

    public async Task<ImmutableArray<ReadEpisode<TransitionEpisode>>> ReadAsync(RowGroupColumns group, CancellationToken cancellation)
    {
        byte[]?[] pictures = await group.ReadBytesAsync(ImageColumn.Bytes, cancellation).ConfigureAwait(false);
        ReadOnlyMemory<byte>[] memory = Array.ConvertAll(pictures, picture => (ReadOnlyMemory<byte>)picture);
        TransitionTable table = await TransitionTable.ReadAsync(group, memory, cancellation).ConfigureAwait(false);
        return table.Episodes();
    }

    private static Transition Rename(Transition row, string id) =>
        new(
            id,
            row.Turn,
            row.PromptIds,
            row.ReplyIds,
            row.Rewards,
            row.Valid,
            row.Terminated,
            row.Truncated,
            row.ReturnToGo,
            row.BehaviorLogProbabilities
        );

    private DataField Field(string path) => Schema.FindDataField(new FieldPath(path.Split('/')));
}
