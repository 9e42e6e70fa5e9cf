using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Reading;

namespace VlmQ.Datasets.Episodes;

/// <summary>The columns of a row group, to be cut into episodes; each row is held to the format's rules.</summary>
internal sealed record EpisodeTable(
    RowGroupColumns Group,
    string?[] Ids,
    int[] Turns,
    string?[] Environments,
    long[] Seeds,
    string?[] Policies,
    string?[] Goals,
    string?[] Texts,
    byte[]?[] Pictures,
    string?[] Replies,
    RowLists<int> ReplyIds,
    string?[] Tokenizers,
    string?[] Actions,
    float[] Rewards,
    bool[] Terminated,
    bool[] Truncated,
    bool?[] Successes,
    string?[] Infos
)
{
    /// <summary>The episodes in row order, or the first fault of each.</summary>
    public ImmutableArray<ReadEpisode<StoredEpisode>> Episodes()
    {
        ImmutableArray<ReadEpisode<StoredEpisode>>.Builder episodes = ImmutableArray.CreateBuilder<ReadEpisode<StoredEpisode>>();
        foreach ((int first, int end) in EpisodeBorders.Of(Ids, Turns))
        {
            ImmutableArray<RowBreach> breaches = BreachesOf(first, end);
            Result<StoredEpisode> episode = breaches.IsEmpty ? Episode(first, end) : Group.FaultOf(breaches[0]);
            episodes.Add(new ReadEpisode<StoredEpisode>(Ids[first] ?? "", episode) { FirstRow = first, Breaches = breaches });
        }
        return episodes.ToImmutable();
    }

    private StoredEpisode Episode(int first, int end)
    {
        bool bootstraps = Bootstraps(first, end);
        int turns = end - first - (bootstraps ? 1 : 0);
        ImmutableArray<StoredTurn>.Builder rows = ImmutableArray.CreateBuilder<StoredTurn>(turns);
        for (int row = first; row < first + turns; row++)
        {
            rows.Add(
                new StoredTurn(Observation(row), Reply(row), Actions[row], Rewards[row], Terminated[row], Truncated[row], Infos[row]!)
            );
        }
        return new StoredEpisode(
            Ids[first]!,
            Environments[first]!,
            Seeds[first],
            Policies[first]!,
            rows.MoveToImmutable(),
            bootstraps ? Observation(end - 1) : null,
            Successes[first]
        );
    }

    private bool Bootstraps(int first, int end) => end - first >= 2 && Truncated[end - 2] && !Terminated[end - 2];

    // The first breach of each row.
    private ImmutableArray<RowBreach> BreachesOf(int first, int end)
    {
        ImmutableArray<RowBreach>.Builder breaches = ImmutableArray.CreateBuilder<RowBreach>(0);
        bool bootstraps = Bootstraps(first, end);
        for (int row = first; row < end; row++)
        {
            RowBreach? ending =
                bootstraps && row == end - 1 ? FinalBreachOf(row) : EndBreachOf(row, end - (bootstraps ? 2 : 1), bootstraps);
            if ((BreachOf(row, first) ?? ending) is { } breach)
            {
                breaches.Add(breach);
            }
        }
        return breaches.ToImmutable();
    }

    private RowBreach? EndBreachOf(int row, int last, bool bootstraps)
    {
        bool ends = Terminated[row] || Truncated[row];
        if (ends != (row == last))
        {
            string what = ends ? "the episode goes on after a row that ends it" : "the episode's last row does not end it";
            return new RowBreach(row, Terminated[row] ? "terminated" : "truncated", what);
        }
        return ends && !Terminated[row] && !bootstraps
            ? new RowBreach(row, "truncated", "the row of the truncated episode's final observation is missing")
            : null;
    }

    // What must hold in every row, by itself and beside the episode's first.
    private RowBreach? BreachOf(int row, int first)
    {
        if (Turns[row] != row - first)
        {
            return new RowBreach(row, "turn", $"it is {Turns[row]}, but it must be {row - first}");
        }
        if (!float.IsFinite(Rewards[row]))
        {
            return new RowBreach(row, "reward", $"{Rewards[row]} is not finite");
        }
        if (ReplyIds.IsNull(row) != string.IsNullOrEmpty(Tokenizers[row]))
        {
            return new RowBreach(row, "tokenizer", "ids and the digest of their tokenizer come together or not at all");
        }
        if (!ReplyIds.IsNull(row) && ReplyIds[row].IsEmpty)
        {
            return new RowBreach(row, "reply_ids", "a sampled reply has at least one token");
        }
        return (MissingIn(row) is { } column ? new RowBreach(row, column, "it is null or empty") : (RowBreach?)null)
            ?? (Environments[row] != Environments[first] ? new RowBreach(row, "env", "it changes within an episode") : (RowBreach?)null)
            ?? (Seeds[row] != Seeds[first] ? new RowBreach(row, "seed", "it changes within an episode") : (RowBreach?)null)
            ?? (Policies[row] != Policies[first] ? new RowBreach(row, "policy", "it changes within an episode") : (RowBreach?)null)
            ?? (Successes[row] != Successes[first] ? new RowBreach(row, "success", "it changes within an episode") : (RowBreach?)null);
    }

    private string? MissingIn(int row) =>
        string.IsNullOrEmpty(Ids[row]) ? "episode_id"
        : string.IsNullOrEmpty(Environments[row]) ? "env"
        : Policies[row] is null ? "policy"
        : Goals[row] is null ? "goal"
        : Texts[row] is null ? "text"
        : Pictures[row] is not { Length: > 0 } ? ImageColumn.Bytes
        : Replies[row] is null ? "reply"
        : Infos[row] is null ? "info"
        : null;

    private RowBreach? FinalBreachOf(int row) =>
        Replies[row]!.Length > 0 ? new RowBreach(row, "reply", "a final observation has no reply")
        : !ReplyIds.IsNull(row) ? new RowBreach(row, "reply_ids", "a final observation has no reply")
        : Actions[row] is not null ? new RowBreach(row, "action", "a final observation has no action")
        : Rewards[row] != 0 ? new RowBreach(row, "reward", "a final observation earns nothing")
        : Terminated[row] ? new RowBreach(row, "terminated", "a final observation belongs to a truncated episode")
        : !Truncated[row] ? new RowBreach(row, "truncated", "it must be true in a final observation")
        : (RowBreach?)null;

    private StoredObservation Observation(int row) => new(ImageColumn.Wrap(Pictures[row]!), Goals[row]!, Texts[row]!);

    private Reply Reply(int row) =>
        ReplyIds.IsNull(row) ? new Reply(Replies[row]!) : new Reply(Replies[row]!, [.. ReplyIds[row]], Tokenizers[row]!);
}
