using System.Collections.Immutable;
using Parquet;
using Parquet.Schema;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;

namespace VlmQ.Datasets.Episodes;

/// <summary>
/// Episodes in the columns of <c>vlmq-episodes/1</c>, one row a turn, and one for a truncated episode's final observation.
/// </summary>
internal sealed class EpisodeCodec : IEpisodeCodec<StoredEpisode>
{
    // Bytes of a row besides its texts, ids and picture, about.
    private const int RowBytes = 64;

    public DatasetKind Kind => DatasetKind.Episodes;

    public ParquetSchema Schema { get; } =
        new(
            new DataField<string>("episode_id", false),
            new DataField<int>("turn"),
            new DataField<string>("env", false),
            new DataField<long>("seed"),
            new DataField<string>("policy", false),
            new DataField<string>("goal", false),
            new DataField<string>("text", false),
            ImageColumn.Field(),
            new DataField<string>("reply", false),
            new ListField("reply_ids", new DataField<int>("element")),
            new DataField<string>("tokenizer", true),
            new DataField<string>("action", true),
            new DataField<float>("reward"),
            new DataField<bool>("terminated"),
            new DataField<bool>("truncated"),
            new DataField<bool>("success", true),
            new DataField<string>("info", false)
        );

    public ImmutableArray<Feature> Features { get; } =
    [
        new("episode_id", FeatureType.String, "the episode; its rows follow one another"),
        new("turn", FeatureType.Int32, "the turn, from 0"),
        new("env", FeatureType.String, "the environment"),
        new("seed", FeatureType.Int64, "what the environment was reset with"),
        new("policy", FeatureType.String, "who replied"),
        new("goal", FeatureType.String, "the task in words; empty where none is stated"),
        new("text", FeatureType.String, "the state in words; empty where only the picture shows it"),
        new(ImageColumn.Name, FeatureType.Image, "what the agent saw (PNG or JPEG)"),
        new("reply", FeatureType.String, "what it answered"),
        new("reply_ids", FeatureType.Int32List, "the token ids that a model sampled; null for a scripted policy"),
        new("tokenizer", FeatureType.String, "the digest of the tokenizer that the ids belong to"),
        new("action", FeatureType.String, "the action; null where the reply did not parse"),
        new("reward", FeatureType.Float32, "what the turn earned"),
        new("terminated", FeatureType.Bool, "the environment ended in this turn"),
        new("truncated", FeatureType.Bool, "the episode was cut after this turn; also true in the row of the final observation"),
        new("success", FeatureType.Bool, "the environment's verdict on the episode; null where it has none"),
        new("info", FeatureType.String, "the environment's info before the action (JSON)"),
    ];

    public ImmutableArray<string> DictionaryColumns { get; } = ["episode_id", "env", "policy", "goal", "tokenizer", "action"];

    public EpisodeSize SizeOf(StoredEpisode episode)
    {
        long bytes = 0;
        foreach (StoredTurn turn in episode.Turns)
        {
            bytes +=
                BytesOf(episode, turn.Observation)
                + turn.Reply.Text.Length
                + turn.Info.Length
                + (turn.Action?.Length ?? 0)
                + (turn.Reply.TokenIds.IsDefault ? 0 : (4 * turn.Reply.TokenIds.Length) + turn.Reply.TokenizerDigest!.Length);
        }
        if (episode.FinalObservation is { } final)
        {
            bytes += BytesOf(episode, final);
        }
        return new EpisodeSize(episode.Rows, episode.Turns.Length, bytes);
    }

    public EpisodeFacts FactsOf(StoredEpisode episode)
    {
        double sum = 0;
        int valid = 0;
        foreach (StoredTurn turn in episode.Turns)
        {
            sum += turn.Reward;
            valid += turn.Action is null ? 0 : 1;
        }
        return new EpisodeFacts
        {
            Id = episode.Id,
            Environment = episode.Environment,
            Policy = episode.Policy,
            Goal = episode.Turns[0].Observation.Goal,
            Seed = episode.Seed,
            Length = episode.Turns.Length,
            Return = sum,
            Valid = valid,
            Success = episode.Success,
            Terminated = episode.Turns[^1].Terminated,
        };
    }

    public StoredEpisode Rename(StoredEpisode episode, string id) =>
        new(id, episode.Environment, episode.Seed, episode.Policy, episode.Turns, episode.FinalObservation, episode.Success);

    public async Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<StoredEpisode> episodes, CancellationToken cancellation)
    {
        EpisodeRows rows = EpisodeRows.Of(episodes, Field("reply_ids/list/element"));
        await group.WriteAsync(Field("episode_id"), rows.Text(row => row.Episode.Id)).ConfigureAwait(false);
        await WriteAsync<int>("turn", rows.Values(row => row.Index)).ConfigureAwait(false);
        await group.WriteAsync(Field("env"), rows.Text(row => row.Episode.Environment)).ConfigureAwait(false);
        await WriteAsync<long>("seed", rows.Values(row => row.Episode.Seed)).ConfigureAwait(false);
        await group.WriteAsync(Field("policy"), rows.Text(row => row.Episode.Policy)).ConfigureAwait(false);
        await group.WriteAsync(Field("goal"), rows.Text(row => row.Observation.Goal)).ConfigureAwait(false);
        await group.WriteAsync(Field("text"), rows.Text(row => row.Observation.Text)).ConfigureAwait(false);
        await group.WriteAsync(Field(ImageColumn.Bytes), rows.Pictures()).ConfigureAwait(false);
        await group.WriteAsync(Field(ImageColumn.Path), new string?[rows.Count]).ConfigureAwait(false);
        await group.WriteAsync(Field("reply"), rows.Text(row => row.Turn?.Reply.Text ?? "")).ConfigureAwait(false);
        ListColumn<int> ids = rows.ReplyIds;
        await group
            .WriteAllPartsAsync(Field("reply_ids/list/element"), ids.Values, ids.Definitions, ids.Repetitions, cancellation)
            .ConfigureAwait(false);
        await group.WriteAsync(Field("tokenizer"), rows.Text(row => row.Turn?.Reply.TokenizerDigest)).ConfigureAwait(false);
        await group.WriteAsync(Field("action"), rows.Text(row => row.Turn?.Action)).ConfigureAwait(false);
        await WriteAsync<float>("reward", rows.Values(row => row.Turn?.Reward ?? 0)).ConfigureAwait(false);
        await WriteAsync<bool>("terminated", rows.Values(row => row.Turn?.Terminated ?? false)).ConfigureAwait(false);
        await WriteAsync<bool>("truncated", rows.Values(row => row.Turn?.Truncated ?? true)).ConfigureAwait(false);
        bool?[] success = rows.Values(row => row.Episode.Success);
        await group.WriteAsync<bool>(Field("success"), success.AsMemory(), null, null, cancellation).ConfigureAwait(false);
        await group.WriteAsync(Field("info"), rows.Text(row => row.Turn?.Info ?? "{}")).ConfigureAwait(false);

        Task WriteAsync<T>(string column, T[] values)
            where T : struct => group.WriteAsync<T>(Field(column), (ReadOnlyMemory<T>)values, null, null, cancellation);
    }

    public async Task<ImmutableArray<ReadEpisode<StoredEpisode>>> ReadAsync(RowGroupColumns group, CancellationToken cancellation)
    {
        EpisodeTable table = new(
            group,
            await group.ReadTextAsync("episode_id", cancellation).ConfigureAwait(false),
            await group.ReadAsync<int>("turn", cancellation).ConfigureAwait(false),
            await group.ReadTextAsync("env", cancellation).ConfigureAwait(false),
            await group.ReadAsync<long>("seed", cancellation).ConfigureAwait(false),
            await group.ReadTextAsync("policy", cancellation).ConfigureAwait(false),
            await group.ReadTextAsync("goal", cancellation).ConfigureAwait(false),
            await group.ReadTextAsync("text", cancellation).ConfigureAwait(false),
            await group.ReadBytesAsync(ImageColumn.Bytes, cancellation).ConfigureAwait(false),
            await group.ReadTextAsync("reply", cancellation).ConfigureAwait(false),
            await group.ReadListsAsync<int>("reply_ids", cancellation).ConfigureAwait(false),
            await group.ReadTextAsync("tokenizer", cancellation).ConfigureAwait(false),
            await group.ReadTextAsync("action", cancellation).ConfigureAwait(false),
            await group.ReadAsync<float>("reward", cancellation).ConfigureAwait(false),
            await group.ReadAsync<bool>("terminated", cancellation).ConfigureAwait(false),
            await group.ReadAsync<bool>("truncated", cancellation).ConfigureAwait(false),
            await group.ReadNullableAsync<bool>("success", cancellation).ConfigureAwait(false),
            await group.ReadTextAsync("info", cancellation).ConfigureAwait(false)
        );
        return table.Episodes();
    }

    private static long BytesOf(StoredEpisode episode, StoredObservation observation) =>
        RowBytes + episode.Id.Length + observation.Picture.Length + observation.Goal.Length + observation.Text.Length;

    private DataField Field(string path) => Schema.FindDataField(new FieldPath(path.Split('/')));
}
