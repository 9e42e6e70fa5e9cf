using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Importing;

/// <summary>Where rewards come from, and what stands in for those that are missing. Without a stand-in a missing reward is refused.</summary>
public sealed record RewardRule
{
    /// <summary>The key of a conversation or message that holds rewards; null for <c>reward</c> and <c>rewards</c>.</summary>
    public string? Field { get; init; }

    /// <summary>The reward of a turn that has none; null refuses it. Finite.</summary>
    public double? Default { get; init; }

    /// <summary>The reward of the last turn where no turn has one; the others earn nothing. Finite.</summary>
    public double? Final { get; init; }

    /// <summary>Takes as <see cref="Final"/> 1 for an episode that succeeded and 0 for one that did not.</summary>
    public bool FinalIsSuccess { get; init; }

    /// <summary>Rewards of all turns.</summary>
    /// <param name="turns">What the source says of each turn; at least one turn.</param>
    /// <param name="end">What it says of the whole.</param>
    /// <param name="success">Whether the episode succeeded, where it is known.</param>
    /// <param name="where">The episode, for the fault.</param>
    /// <param name="give">How the source can give rewards, for the fault.</param>
    /// <returns>
    /// One finite reward a turn. A reward that is missing is a fault of the configuration, whose remedy names the ways out; rewards that
    /// contradict each other or are not finite are a fault of the data.
    /// </returns>
    internal Result<ImmutableArray<float>> RewardsOf(ReadOnlySpan<double?> turns, double? end, bool? success, string where, string give)
    {
        int given = 0;
        foreach (double? reward in turns)
        {
            given += reward is null ? 0 : 1;
        }
        if (end is not null && given > 0)
        {
            return Fault.Data(
                "it has rewards of turns and one of the whole as well",
                where,
                "leave out one of them, or name the key that counts with --reward-field"
            );
        }
        double? last = given > 0 ? turns[^1] : end ?? Final ?? (FinalIsSuccess && success is { } won ? (won ? 1 : 0) : Default);
        bool lastAlone = given == 0 || (given == 1 && turns[^1] is not null);
        double? rest = Default ?? (lastAlone ? 0 : null);
        ImmutableArray<float>.Builder rewards = ImmutableArray.CreateBuilder<float>(turns.Length);
        for (int i = 0; i < turns.Length; i++)
        {
            if ((turns[i] ?? (i == turns.Length - 1 ? last ?? Default : rest)) is not { } reward)
            {
                return Missing(given, turns.Length, where, give);
            }
            if (!float.IsFinite((float)reward))
            {
                return Fault.Data(string.Create(CultureInfo.InvariantCulture, $"the reward {reward} is not finite"), where);
            }
            rewards.Add((float)reward);
        }
        return rewards.MoveToImmutable();
    }

    /// <summary>The rule as text: episodes made by another have other bytes.</summary>
    internal string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"rewards {Field}, without {Default}, at the end {Final} {FinalIsSuccess}");

    private Fault Missing(int given, int turns, string where, string give)
    {
        string what =
            given > 0 ? $"{turns - given} of its {turns} turns have no reward"
            : FinalIsSuccess ? "it does not say whether it succeeded"
            : "it has no rewards";
        return Fault.Configuration(
            what,
            where,
            $"{give}, or say what they are: --final-reward 1, --final-reward success, --reward-default 0"
        );
    }
}
