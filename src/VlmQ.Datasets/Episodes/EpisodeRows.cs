using Parquet.Schema;
using VlmQ.Datasets.Columns;

namespace VlmQ.Datasets.Episodes;

/// <summary>The rows that a list of episodes makes, ready to be taken column by column.</summary>
internal sealed class EpisodeRows
{
    private readonly Row[] _rows;

    private EpisodeRows(Row[] rows, ListColumn<int> replyIds)
    {
        _rows = rows;
        ReplyIds = replyIds;
    }

    /// <summary>The number of rows.</summary>
    public int Count => _rows.Length;

    /// <summary>The sampled ids of all rows.</summary>
    public ListColumn<int> ReplyIds { get; }

    /// <summary>Lays out episodes as rows.</summary>
    public static EpisodeRows Of(IReadOnlyList<StoredEpisode> episodes, DataField replyIdsField)
    {
        int count = 0;
        foreach (StoredEpisode episode in episodes)
        {
            count += episode.Rows;
        }
        Row[] rows = new Row[count];
        ListColumn<int> replyIds = new(replyIdsField, count);
        int next = 0;
        foreach (StoredEpisode episode in episodes)
        {
            for (int i = 0; i < episode.Turns.Length; i++)
            {
                StoredTurn turn = episode.Turns[i];
                rows[next++] = new Row(episode, i, turn, turn.Observation);
                replyIds.Add(turn.Reply.TokenIds);
            }
            if (episode.FinalObservation is { } final)
            {
                rows[next++] = new Row(episode, episode.Turns.Length, null, final);
                replyIds.Add(default);
            }
        }
        return new EpisodeRows(rows, replyIds);
    }

    /// <summary>A column of texts.</summary>
    public string?[] Text(Func<Row, string?> of) => Values(of);

    /// <summary>A column of values.</summary>
    public T[] Values<T>(Func<Row, T> of)
    {
        T[] values = new T[_rows.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = of(_rows[i]);
        }
        return values;
    }

    /// <summary>The column of PNG files.</summary>
    public byte[]?[] Pictures() => Values<byte[]?>(row => ImageColumn.Unwrap(row.Observation.Picture));

    /// <summary>One row; without a turn it is a final observation.</summary>
    internal readonly record struct Row(StoredEpisode Episode, int Index, StoredTurn? Turn, StoredObservation Observation);
}
