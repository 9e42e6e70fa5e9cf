using System.Collections.Immutable;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>Every level that Minigrid registers under <c>BabyAI-*</c> (commit 90928729).</summary>
public static class BabyAiLevels
{
    /// <summary>All levels, family by family.</summary>
    public static ImmutableArray<BabyAiLevel> All { get; } =
    [
        .. GoToLevels.All(),
        .. OpenLevels.All(),
        .. PickUpLevels.All(),
        .. PutNextLevels.All(),
        .. UnlockLevels.All(),
        .. GeneratedLevels.All(),
    ];
}
