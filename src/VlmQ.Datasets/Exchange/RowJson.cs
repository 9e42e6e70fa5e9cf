using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Exchange;

/// <summary>Episodes as JSON objects, one a row, with the columns' names; a picture is the path of its file.</summary>
internal static class RowJson
{
    /// <summary>Writes the rows of an episode, each with its line end.</summary>
    /// <param name="stream">Gets the lines.</param>
    /// <param name="episode">A stored episode or an episode of transitions.</param>
    /// <param name="pathOf">Puts a picture away and says where.</param>
    public static void Write<TEpisode>(Stream stream, TEpisode episode, Func<ImmutableArray<byte>, string> pathOf)
    {
        switch (episode)
        {
            case StoredEpisode stored:
                for (int i = 0; i < stored.Rows; i++)
                {
                    int row = i;
                    Line(stream, json => Write(json, stored, row, pathOf));
                }
                break;
            case TransitionEpisode transitions:
                foreach (StoredTransition row in transitions.Rows)
                {
                    Line(stream, json => Write(json, row, pathOf));
                }
                break;
            default:
                throw new ArgumentException($"{typeof(TEpisode).Name} is no episode.", nameof(episode));
        }
    }

    /// <summary>Makes the rows of an episode an episode again.</summary>
    /// <exception cref="FaultException">A row lacks something, or they make no episode.</exception>
    public static TEpisode Read<TEpisode>(IReadOnlyList<ExportedRow> rows, Func<string, ImmutableArray<byte>> pictureOf) =>
        typeof(TEpisode) == typeof(StoredEpisode)
            ? (TEpisode)(object)ReadStored(rows, pictureOf)
            : (TEpisode)(object)rows[^1].Make(() => new TransitionEpisode([.. rows.Select(row => ReadTransition(row, pictureOf))]));

    private static void Line(Stream stream, Action<Utf8JsonWriter> write)
    {
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, StoredEpisode episode, int index, Func<ImmutableArray<byte>, string> pathOf)
    {
        StoredTurn? turn = index < episode.Turns.Length ? episode.Turns[index] : null;
        StoredObservation observation = turn?.Observation ?? episode.FinalObservation!;
        json.WriteString("episode_id", episode.Id);
        json.WriteNumber("turn", index);
        json.WriteString("env", episode.Environment);
        json.WriteNumber("seed", episode.Seed);
        json.WriteString("policy", episode.Policy);
        json.WriteString("goal", observation.Goal);
        json.WriteString("text", observation.Text);
        json.WriteString("image", pathOf(observation.Picture));
        json.WriteString("reply", turn?.Reply.Text ?? "");
        WriteList(json, "reply_ids", turn?.Reply.TokenIds ?? default, json.WriteNumberValue);
        json.WriteString("tokenizer", turn?.Reply.TokenizerDigest);
        json.WriteString("action", turn?.Action);
        json.WriteNumber("reward", turn?.Reward ?? 0);
        json.WriteBoolean("terminated", turn?.Terminated ?? false);
        json.WriteBoolean("truncated", turn?.Truncated ?? true);
        json.WritePropertyName("success");
        JsonSerializer.Serialize(json, episode.Success);
        json.WriteString("info", turn?.Info ?? "{}");
    }

    private static void Write(Utf8JsonWriter json, StoredTransition row, Func<ImmutableArray<byte>, string> pathOf)
    {
        json.WriteString("episode_id", row.Transition.EpisodeId);
        json.WriteNumber("turn", row.Transition.Turn);
        WriteList(json, "prompt_ids", row.Transition.PromptIds, json.WriteNumberValue);
        WriteList(json, "reply_ids", row.Transition.ReplyIds, json.WriteNumberValue);
        WriteList(json, "rewards", row.Transition.Rewards, json.WriteNumberValue);
        json.WriteBoolean("valid", row.Transition.Valid);
        json.WriteBoolean("terminated", row.Transition.Terminated);
        json.WriteBoolean("truncated", row.Transition.Truncated);
        json.WriteNumber("return_to_go", row.Transition.ReturnToGo);
        WriteList(json, "behavior_logprobs", row.Transition.BehaviorLogProbabilities, value => WriteNumber(json, value));
        json.WriteString("image", pathOf(row.Picture));
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, ImmutableArray<T> values, Action<T> write)
    {
        if (values.IsDefault)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartArray(name);
        foreach (T value in values)
        {
            write(value);
        }
        json.WriteEndArray();
    }

    // JSON has no infinities; the log-probability of a token that could not be sampled is one.
    private static void WriteNumber(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static StoredEpisode ReadStored(IReadOnlyList<ExportedRow> rows, Func<string, ImmutableArray<byte>> pictureOf)
    {
        int turns = rows.Count - (rows.Count > 1 && rows[^2].Truth("truncated") && !rows[^2].Truth("terminated") ? 1 : 0);
        ImmutableArray<StoredTurn>.Builder read = ImmutableArray.CreateBuilder<StoredTurn>(turns);
        for (int i = 0; i < turns; i++)
        {
            ExportedRow row = rows[i];
            read.Add(row.Make(() => ReadTurn(row, pictureOf)));
        }
        return rows[^1]
            .Make(() =>
                new StoredEpisode(
                    rows[0].Text("episode_id"),
                    rows[0].Text("env"),
                    rows[0].Long("seed"),
                    rows[0].Text("policy"),
                    read.MoveToImmutable(),
                    turns < rows.Count ? Observation(rows[^1], pictureOf) : null,
                    rows[0].TruthOrNull("success")
                )
            );
    }

    private static StoredTurn ReadTurn(ExportedRow row, Func<string, ImmutableArray<byte>> pictureOf)
    {
        ImmutableArray<int> ids = row.Wholes("reply_ids");
        string reply = row.Text("reply");
        return new StoredTurn(
            Observation(row, pictureOf),
            ids.IsDefault ? new Reply(reply) : new Reply(reply, ids, row.Text("tokenizer")),
            row.TextOrNull("action"),
            row.Number("reward"),
            row.Truth("terminated"),
            row.Truth("truncated"),
            row.Text("info")
        );
    }

    private static StoredTransition ReadTransition(ExportedRow row, Func<string, ImmutableArray<byte>> pictureOf) =>
        row.Make(() =>
            new StoredTransition(
                new Transition(
                    row.Text("episode_id"),
                    row.Whole("turn"),
                    row.Wholes("prompt_ids"),
                    row.Wholes("reply_ids"),
                    row.Numbers("rewards"),
                    row.Truth("valid"),
                    row.Truth("terminated"),
                    row.Truth("truncated"),
                    row.Number("return_to_go"),
                    row.Numbers("behavior_logprobs")
                ),
                pictureOf(row.Text("image"))
            )
        );

    private static StoredObservation Observation(ExportedRow row, Func<string, ImmutableArray<byte>> pictureOf) =>
        new(pictureOf(row.Text("image")), row.Text("goal"), row.Text("text"));
}
