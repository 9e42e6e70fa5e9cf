using System.Collections.Immutable;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Reading;

namespace VlmQ.Datasets.Inspection;

/// <summary>Counts the replies of a dataset of episodes.</summary>
public static class DatasetReplies
{
    /// <summary>The replies by environment and policy; reads only the columns that it takes, no pictures.</summary>
    /// <param name="reader">The dataset.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="VlmQ.Core.Episodes.FaultException">A part is not what it must be.</exception>
    public static async Task<ImmutableArray<ReplyGroup>> CountAsync(
        DatasetReader<StoredEpisode> reader,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(reader);
        ReplyGroupCounter counter = new(reader.Manifest);
        await foreach (Rows rows in reader.ReadColumnsAsync(group => Rows.ReadAsync(group, cancellationToken), cancellationToken))
        {
            for (int i = 0; i < rows.Replies.Length; i++)
            {
                if (!rows.IsFinalObservation(i))
                {
                    counter.Add(rows.Environments[i] ?? "", rows.Policies[i] ?? "", rows.Replies[i] ?? "", rows.Actions[i] is not null);
                }
            }
        }
        return counter.Groups;
    }

    /// <summary>The replies of all groups together.</summary>
    public static ReplyCounts Total(IEnumerable<ReplyGroup> groups) =>
        groups.Aggregate(ReplyCounts.None, (sum, group) => sum.Plus(group.Replies));

    private sealed record Rows(
        string?[] Environments,
        string?[] Policies,
        string?[] Replies,
        string?[] Actions,
        int[] Turns,
        bool[] Terminated,
        bool[] Truncated
    )
    {
        public static async Task<Rows> ReadAsync(RowGroupColumns group, CancellationToken cancellation) =>
            new(
                await group.ReadTextAsync("env", cancellation).ConfigureAwait(false),
                await group.ReadTextAsync("policy", cancellation).ConfigureAwait(false),
                await group.ReadTextAsync("reply", cancellation).ConfigureAwait(false),
                await group.ReadTextAsync("action", cancellation).ConfigureAwait(false),
                await group.ReadAsync<int>("turn", cancellation).ConfigureAwait(false),
                await group.ReadAsync<bool>("terminated", cancellation).ConfigureAwait(false),
                await group.ReadAsync<bool>("truncated", cancellation).ConfigureAwait(false)
            );

        /// <summary>Whether a row is what an episode was cut on: the one after the turn that is truncated and not terminated.</summary>
        public bool IsFinalObservation(int row) => row > 0 && Turns[row] > 0 && Truncated[row - 1] && !Terminated[row - 1];
    }
}
