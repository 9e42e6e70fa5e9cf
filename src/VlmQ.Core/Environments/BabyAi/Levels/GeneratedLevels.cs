using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>The generator family: levels with any mission of the grammar (environments.md §7.3).</summary>
internal static class GeneratedLevels
{
    private const int MostNavigationsOfAClause = 2;
    private const int MostClauses = 4;

    public static IEnumerable<BabyAiLevel> All()
    {
        LevelSize rooms = LevelSize.Usual;
        MissionGenerator synth = new() { LockedRoom = 0.5, Unblocking = true };
        MissionGenerator boss = synth with { Places = true, ImplicitUnlock = true, Combines = true };
        MissionGenerator goTo = new()
        {
            Clauses = [ClauseKind.GoTo],
            Combines = true,
            ImplicitUnlock = true,
        };
        yield return Level("BabyAI-GoToSeq-v0", rooms, goTo);
        yield return Level("BabyAI-GoToSeqS5R2-v0", new LevelSize(5, 2, 2), goTo with { Distractors = 4 });
        MissionGenerator pickUp = new()
        {
            Clauses = [ClauseKind.PickUp],
            Distractors = 8,
            Places = true,
            ImplicitUnlock = true,
        };
        yield return Level("BabyAI-PickupLoc-v0", LevelSize.OneRoom(), pickUp);
        yield return Level("BabyAI-Synth-v0", rooms, synth);
        yield return Level("BabyAI-SynthS5R2-v0", new LevelSize(5, 3, 2), synth);
        yield return Level("BabyAI-SynthLoc-v0", rooms, synth with { Places = true });
        yield return Level("BabyAI-SynthSeq-v0", rooms, boss with { ImplicitUnlock = false });
        yield return Level("BabyAI-MiniBossLevel-v0", new LevelSize(5, 2, 2), boss with { Distractors = 7, LockedRoom = 0.25 });
        yield return Level("BabyAI-BossLevel-v0", rooms, boss);
        yield return Level("BabyAI-BossLevelNoUnlock-v0", rooms, boss with { LockedRoom = 0, ImplicitUnlock = false });
    }

    private static BabyAiLevel Level(string id, LevelSize size, MissionGenerator generator)
    {
        int clause = generator.Clauses.Contains(ClauseKind.PutNext) ? MostNavigationsOfAClause : 1;
        int most = generator.Combines ? MostClauses * clause : clause;
        return new BabyAiLevel(id, size, generator.Build, mostNavigations: most) { BarsKeysOfLockedDoors = generator.Unblocking };
    }
}
