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
    RowLists<int> PromptIds,
    RowLists<int> ReplyIds,
    RowLists<float> Rewards,
    bool[] Valid,
    bool[] Terminated,
    bool[] Truncated,
    float[] ReturnsToGo,
    RowLists<float> LogProbabilities,
    ReadOnlyMemory<byte>[] Pictures
)
{
    /// <summary>Reads the columns of a row group.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="pictures">Its pictures; empty where a row has none.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<TransitionTable> ReadAsync(
        RowGroupColumns group,
        ReadOnlyMemory<byte>[] pictures,
        CancellationToken cancellation
    ) =>
        new(
            group,
            await group.ReadTextAsync("episode_id", cancellation).ConfigureAwait(false),
            await group.ReadAsync<int>("turn", cancellation).ConfigureAwait(false),
            await group.ReadListsAsync<int>("prompt_ids", cancellation).ConfigureAwait(false),
            await group.ReadListsAsync<int>("reply_ids", cancellation).ConfigureAwait(false),
            await group.ReadListsAsync<float>("rewards", cancellation).ConfigureAwait(false),
            await group.ReadAsync<bool>("valid", cancellation).ConfigureAwait(false),
            await group.ReadAsync<bool>("terminated", cancellation).ConfigureAwait(false),
            await group.ReadAsync<bool>("truncated", cancellation).ConfigureAwait(false),
            await group.ReadAsync<float>("return_to_go", cancellation).ConfigureAwait(false),
            await group.ReadListsAsync<float>("behavior_logprobs", cancellation).ConfigureAwait(false),
            pictures
        );

    /// <summary>First row and row after the last of each episode, in row order, once every row is known to keep the rules.</summary>
    /// <exception cref="FaultException">A row breaks one.</exception>
    public List<(int First, int End)> SoundEpisodes()
    {
        List<(int First, int End)> episodes = Borders();
        foreach ((int first, int end) in episodes)
        {
            if (BreachesOf(first, end) is [var breach, ..])
            {
                throw new FaultException(Group.FaultOf(breach));
            }
        }
        return episodes;
    }

    /// <summary>The episodes in row order, or the first fault of each.</summary>
    public ImmutableArray<ReadEpisode<TransitionEpisode>> Episodes()
    {
        ImmutableArray<ReadEpisode<TransitionEpisode>>.Builder episodes = ImmutableArray.CreateBuilder<ReadEpisode<TransitionEpisode>>();
        foreach ((int first, int end) in Borders())
        {
            ImmutableArray<RowBreach> breaches = BreachesOf(first, end);
            Result<TransitionEpisode> episode = breaches.IsEmpty ? Episode(first, end) : Group.FaultOf(breaches[0]);
            episodes.Add(new ReadEpisode<TransitionEpisode>(Ids[first] ?? "", episode) { FirstRow = first, Breaches = breaches });
        }
        return episodes.ToImmutable();
    }

    // The arrays may be longer than the group has rows.
    private List<(int First, int End)> Borders() => EpisodeBorders.Of(Ids.AsSpan(0, Group.Rows), Turns.AsSpan(0, Group.Rows));

    private TransitionEpisode Episode(int first, int end)
    {
        ImmutableArray<StoredTransition>.Builder rows = ImmutableArray.CreateBuilder<StoredTransition>(end - first);
        for (int row = first; row < end; row++)
        {
            Transition transition = new(
                Ids[row]!,
                Turns[row],
                [.. PromptIds[row]],
                [.. ReplyIds[row]],
                [.. Rewards[row]],
                Valid[row],
                Terminated[row],
                Truncated[row],
                ReturnsToGo[row],
                LogProbabilities.IsNull(row) ? default : [.. LogProbabilities[row]]
            );
            rows.Add(new StoredTransition(transition, ImageColumn.Wrap(Pictures[row])));
        }
        return new TransitionEpisode(rows.MoveToImmutable());
    }

    // The first breach of each row.
    private ImmutableArray<RowBreach> BreachesOf(int first, int end)
    {
        ImmutableArray<RowBreach>.Builder breaches = ImmutableArray.CreateBuilder<RowBreach>(0);
        for (int row = first; row < end; row++)
        {
            if ((BreachOf(row, first) ?? OrderBreachOf(row, first, end)) is { } breach)
            {
                breaches.Add(breach);
            }
        }
        return breaches.ToImmutable();
    }

    private RowBreach? BreachOf(int row, int first) =>
        string.IsNullOrEmpty(Ids[row]) ? new RowBreach(row, "episode_id", "it is null or empty")
        : Turns[row] != row - first ? new RowBreach(row, "turn", $"it is {Turns[row]}, but it must be {row - first}")
        : PromptIds[row].IsEmpty ? new RowBreach(row, "prompt_ids", "it is null or empty")
        : ReplyIds.IsNull(row) ? new RowBreach(row, "reply_ids", "it is null")
        : Rewards.IsNull(row) || Rewards[row].Length != ReplyIds[row].Length || !AllFinite(Rewards[row])
            ? new RowBreach(row, "rewards", "there must be one finite reward a reply token")
        : !LogProbabilities.IsNull(row) && LogProbabilities[row].Length != ReplyIds[row].Length
            ? new RowBreach(row, "behavior_logprobs", "there must be one a reply token")
        : !float.IsFinite(ReturnsToGo[row]) ? new RowBreach(row, "return_to_go", $"{ReturnsToGo[row]} is not finite")
        : Pictures[row].IsEmpty ? new RowBreach(row, ImageColumn.Bytes, "it is null or empty")
        : (RowBreach?)null;

    // Turns have a reply and only the last ends the episode; a final observation has none and follows a truncated turn.
    private RowBreach? OrderBreachOf(int row, int first, int end)
    {
        bool last = row == end - 1;
        bool afterTruncation = row > first && Truncated[row - 1] && !Terminated[row - 1];
        if (ReplyIds[row].IsEmpty)
        {
            return !afterTruncation || !last ? new RowBreach(row, "reply_ids", "only a truncated episode's final observation has no reply")
                : Terminated[row] ? new RowBreach(row, "terminated", "a final observation belongs to a truncated episode")
                : !Truncated[row] ? new RowBreach(row, "truncated", "it must be true in a final observation")
                : (RowBreach?)null;
        }
        if (row > first && (Truncated[row - 1] || Terminated[row - 1]))
        {
            return new RowBreach(row, "reply_ids", "the episode goes on after a row that ends it");
        }
        bool cut = Truncated[row] && !Terminated[row];
        return last && cut ? new RowBreach(row, "truncated", "the row of the truncated episode's final observation is missing")
            : last && !Terminated[row] ? new RowBreach(row, "terminated", "the episode's last row does not end it")
            : (RowBreach?)null;
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
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
