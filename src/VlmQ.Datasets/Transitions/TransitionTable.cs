using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Reading;

namespace VlmQ.Datasets.Transitions;

/// <summary>The columns of a row group, to be cut into episodes; each row is held to the format's rules.</summary>
internal sealed record TransitionTable(
    RowGroupColumns Group,
    string?[] Ids,
    int[] Turns,
    ImmutableArray<int>[] PromptIds,
    ImmutableArray<int>[] ReplyIds,
    ImmutableArray<float>[] Rewards,
    bool[] Valid,
    bool[] Terminated,
    bool[] Truncated,
    float[] ReturnsToGo,
    ImmutableArray<float>[] LogProbabilities,
    byte[]?[] Pictures
)
{
    /// <summary>The episodes in row order, or the first fault of each.</summary>
    public ImmutableArray<ReadEpisode<TransitionEpisode>> Episodes()
    {
        ImmutableArray<ReadEpisode<TransitionEpisode>>.Builder episodes = ImmutableArray.CreateBuilder<ReadEpisode<TransitionEpisode>>();
        foreach ((int first, int end) in EpisodeBorders.Of(Ids, Turns))
        {
            episodes.Add(new ReadEpisode<TransitionEpisode>(Ids[first] ?? "", Episode(first, end)));
        }
        return episodes.ToImmutable();
    }

    private Result<TransitionEpisode> Episode(int first, int end)
    {
        ImmutableArray<StoredTransition>.Builder rows = ImmutableArray.CreateBuilder<StoredTransition>(end - first);
        for (int row = first; row < end; row++)
        {
            if ((FaultOf(row, first) ?? OrderFaultOf(row, end)) is { } fault)
            {
                return fault;
            }
            Transition transition = new(
                Ids[row]!,
                Turns[row],
                PromptIds[row],
                ReplyIds[row],
                Rewards[row],
                Valid[row],
                Terminated[row],
                Truncated[row],
                ReturnsToGo[row],
                LogProbabilities[row]
            );
            rows.Add(new StoredTransition(transition, ImageColumn.Wrap(Pictures[row]!)));
        }
        return new TransitionEpisode(rows.MoveToImmutable());
    }

    private Fault? FaultOf(int row, int first) =>
        string.IsNullOrEmpty(Ids[row]) ? Group.FaultAt(row, "episode_id", "it is null or empty")
        : Turns[row] != row - first ? Group.FaultAt(row, "turn", $"it is {Turns[row]}, but it must be {row - first}")
        : PromptIds[row].IsDefaultOrEmpty ? Group.FaultAt(row, "prompt_ids", "it is null or empty")
        : ReplyIds[row].IsDefault ? Group.FaultAt(row, "reply_ids", "it is null")
        : Rewards[row].IsDefault || Rewards[row].Length != ReplyIds[row].Length || !AllFinite(Rewards[row])
            ? Group.FaultAt(row, "rewards", "there must be one finite reward a reply token")
        : !LogProbabilities[row].IsDefault && LogProbabilities[row].Length != ReplyIds[row].Length
            ? Group.FaultAt(row, "behavior_logprobs", "there must be one a reply token")
        : !float.IsFinite(ReturnsToGo[row]) ? Group.FaultAt(row, "return_to_go", $"{ReturnsToGo[row]} is not finite")
        : Pictures[row] is not { Length: > 0 } ? Group.FaultAt(row, ImageColumn.Bytes, "it is null or empty")
        : null;

    // Turns have a reply and only the last ends the episode; a final observation has none and follows a truncated turn.
    private Fault? OrderFaultOf(int row, int end)
    {
        bool last = row == end - 1;
        bool afterTruncation = Turns[row] > 0 && Truncated[row - 1] && !Terminated[row - 1];
        if (ReplyIds[row].IsEmpty)
        {
            return !afterTruncation || !last ? Group.FaultAt(row, "reply_ids", "only a truncated episode's final observation has no reply")
                : Terminated[row] ? Group.FaultAt(row, "terminated", "a final observation belongs to a truncated episode")
                : !Truncated[row] ? Group.FaultAt(row, "truncated", "it must be true in a final observation")
                : null;
        }
        if (Turns[row] > 0 && (Truncated[row - 1] || Terminated[row - 1]))
        {
            return Group.FaultAt(row, "reply_ids", "the episode goes on after a row that ends it");
        }
        bool cut = Truncated[row] && !Terminated[row];
        return last && cut ? Group.FaultAt(row, "truncated", "the row of the truncated episode's final observation is missing")
            : last && !Terminated[row] ? Group.FaultAt(row, "terminated", "the episode's last row does not end it")
            : null;
    }

    private static bool AllFinite(ImmutableArray<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }
        return true;
    }
}
