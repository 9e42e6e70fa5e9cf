using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Collection;

/// <summary>How well episodes of one environment went, in all and by goal type.</summary>
/// <param name="Total">All of them.</param>
/// <param name="GoalTypes">Those of each goal type that was met, in the order of the names.</param>
public sealed record RolloutBreakdown(RolloutStatistics Total, ImmutableSortedDictionary<string, RolloutStatistics> GoalTypes)
{
    /// <summary>No episodes yet.</summary>
    public static RolloutBreakdown None { get; } =
        new(RolloutStatistics.None, ImmutableSortedDictionary.Create<string, RolloutStatistics>(StringComparer.Ordinal));

    /// <summary>The breakdown with one more episode.</summary>
    /// <param name="goalType">What <see cref="Core.Environments.IEnvironment.GoalType"/> says of its first state.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="reader">Says again what is wrong with the replies that did not parse; null: that is not counted.</param>
    public RolloutBreakdown Add(string goalType, Episode episode, ReplyReader? reader = null) =>
        new(
            Total.Add(episode, reader),
            GoalTypes.SetItem(goalType, GoalTypes.GetValueOrDefault(goalType, RolloutStatistics.None).Add(episode, reader))
        );
}
