using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Randomness;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>A level: how its rooms are filled and what its missions are.</summary>
public sealed class BabyAiLevel
{
    private readonly Func<LevelBuilder, Instruction> _build;
    private readonly int? _fixedStepLimit;

    internal BabyAiLevel(string id, LevelSize size, Func<LevelBuilder, Instruction> build, int? stepLimit = null, int mostNavigations = 1)
    {
        Id = id;
        Size = size;
        _build = build;
        _fixedStepLimit = stepLimit;
        LargestStepLimit = stepLimit ?? (size.StepsPerNavigation * mostNavigations);
    }

    /// <summary>Minigrid's id, for example <c>BabyAI-GoToLocal-v0</c>.</summary>
    public string Id { get; }

    /// <summary>The short name, for example <c>babyai-gotolocal</c>.</summary>
    public string ShortName => Id[..Id.LastIndexOf('-')].ToLowerInvariant();

    /// <summary>How large it is.</summary>
    public LevelSize Size { get; }

    /// <summary>The largest step limit that a mission of this level has.</summary>
    public int LargestStepLimit { get; }

    /// <summary>No mission may speak of keys in the colour of a locked door.</summary>
    internal bool BarsKeysOfLockedDoors { get; init; }

    /// <summary>The first state of the episode that a seed stands for.</summary>
    public BabyAiState Generate(long seed) => Generate(seed, out _);

    /// <summary>The first state of the episode that a seed stands for, and how many layouts were thrown away before it.</summary>
    public BabyAiState Generate(long seed, out int rejected)
    {
        RandomKey key = RandomKey.Of(seed, Id);
        for (rejected = 0; ; rejected++)
        {
            LevelBuilder builder = new(Size, key.Split("layout", rejected));
            Instruction instruction = _build(builder);
            if (builder.Accepts(instruction, BarsKeysOfLockedDoors))
            {
                return builder.ToState(instruction, _fixedStepLimit ?? (Size.StepsPerNavigation * instruction.Navigations));
            }
        }
    }
}
