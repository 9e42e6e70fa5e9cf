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
    ImmutableArray<int>[] ReplyIds,
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
            episodes.Add(new ReadEpisode<StoredEpisode>(Ids[first] ?? "", Episode(first, end)));
        }
        return episodes.ToImmutable();
    }

    private Result<StoredEpisode> Episode(int first, int end)
    {
        for (int row = first; row < end; row++)
        {
            if (FaultOf(row, first) is { } fault)
            {
                return fault;
            }
        }
        bool bootstraps = end - first >= 2 && Truncated[end - 2] && !Terminated[end - 2];
        int turns = end - first - (bootstraps ? 1 : 0);
        ImmutableArray<StoredTurn>.Builder rows = ImmutableArray.CreateBuilder<StoredTurn>(turns);
        for (int row = first; row < first + turns; row++)
        {
            bool ends = Terminated[row] || Truncated[row];
            if (ends != (row == first + turns - 1))
            {
                return Group.FaultAt(
                    row,
                    Terminated[row] ? "terminated" : "truncated",
                    ends ? "the episode goes on after a row that ends it" : "the episode's last row does not end it"
                );
            }
            rows.Add(
                new StoredTurn(Observation(row), Reply(row), Actions[row], Rewards[row], Terminated[row], Truncated[row], Infos[row]!)
            );
        }
        if (!bootstraps && Truncated[end - 1] && !Terminated[end - 1])
        {
            return Group.FaultAt(end - 1, "truncated", "the row of the truncated episode's final observation is missing");
        }
        if (bootstraps && FinalFaultOf(end - 1) is { } finalFault)
        {
            return finalFault;
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

    // What must hold in every row, by itself and beside the episode's first.
    private Fault? FaultOf(int row, int first)
    {
        if (Turns[row] != row - first)
        {
            return Group.FaultAt(row, "turn", $"it is {Turns[row]}, but it must be {row - first}");
        }
        if (!float.IsFinite(Rewards[row]))
        {
            return Group.FaultAt(row, "reward", $"{Rewards[row]} is not finite");
        }
        if (ReplyIds[row].IsDefault != string.IsNullOrEmpty(Tokenizers[row]))
        {
            return Group.FaultAt(row, "tokenizer", "ids and the digest of their tokenizer come together or not at all");
        }
        if (!ReplyIds[row].IsDefault && ReplyIds[row].IsEmpty)
        {
            return Group.FaultAt(row, "reply_ids", "a sampled reply has at least one token");
        }
        return (MissingIn(row) is { } column ? Group.FaultAt(row, column, "it is null or empty") : null)
            ?? (Environments[row] != Environments[first] ? Group.FaultAt(row, "env", "it changes within an episode") : null)
            ?? (Seeds[row] != Seeds[first] ? Group.FaultAt(row, "seed", "it changes within an episode") : null)
            ?? (Policies[row] != Policies[first] ? Group.FaultAt(row, "policy", "it changes within an episode") : null)
            ?? (Successes[row] != Successes[first] ? Group.FaultAt(row, "success", "it changes within an episode") : null);
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

    private Fault? FinalFaultOf(int row) =>
        Replies[row]!.Length > 0 ? Group.FaultAt(row, "reply", "a final observation has no reply")
        : !ReplyIds[row].IsDefault ? Group.FaultAt(row, "reply_ids", "a final observation has no reply")
        : Actions[row] is not null ? Group.FaultAt(row, "action", "a final observation has no action")
        : Rewards[row] != 0 ? Group.FaultAt(row, "reward", "a final observation earns nothing")
        : Terminated[row] ? Group.FaultAt(row, "terminated", "a final observation belongs to a truncated episode")
        : !Truncated[row] ? Group.FaultAt(row, "truncated", "it must be true in a final observation")
        : null;

    private StoredObservation Observation(int row) => new(ImageColumn.Wrap(Pictures[row]!), Goals[row]!, Texts[row]!);

    private Reply Reply(int row) =>
        ReplyIds[row].IsDefault ? new Reply(Replies[row]!) : new Reply(Replies[row]!, ReplyIds[row], Tokenizers[row]!);
}
