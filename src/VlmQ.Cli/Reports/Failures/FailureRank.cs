namespace VlmQ.Cli.Reports.Failures;

/// <summary>
/// What is worse comes first: the lower return, then more replies that named no action, then more turns, then what was played earlier.
/// </summary>
/// <param name="Return">The undiscounted sum of rewards.</param>
/// <param name="Unread">Replies that named no action.</param>
/// <param name="Length">Turns.</param>
/// <param name="Order">Its place in the order of play, from 0.</param>
internal sealed record FailureRank(float Return, int Unread, int Length, long Order) : IComparable<FailureRank>
{
    /// <inheritdoc/>
    public int CompareTo(FailureRank? other) =>
        other is null ? 1 : (Return, -Unread, -Length, Order).CompareTo((other.Return, -other.Unread, -other.Length, other.Order));
}
