using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi;

/// <summary>What stays the same for a whole episode: the mission, what it speaks of, the objects and the step limit.</summary>
public sealed class BabyAiTask
{
    /// <param name="instruction">What to do.</param>
    /// <param name="objects">The episode's objects.</param>
    /// <param name="grid">The grid in which descriptors find their objects: the one at the start, before anything is taken in hand.</param>
    /// <param name="start">Where the agent starts; "in front of you" and the like refer to it throughout.</param>
    /// <param name="roomSize">The side of a room, walls included, at least 3.</param>
    /// <param name="stepLimit">Steps after which the episode is truncated, at least 1.</param>
    public BabyAiTask(Instruction instruction, WorldObjects objects, WorldGrid grid, Pose start, int roomSize, int stepLimit)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentOutOfRangeException.ThrowIfLessThan(roomSize, 3);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepLimit);
        Instruction = instruction;
        Objects = objects;
        Start = start;
        RoomSize = roomSize;
        StepLimit = stepLimit;
        Verifier = new Verifier(instruction, descriptor => MatchedObjects.Of(descriptor, grid, start, roomSize));
        Mission = MissionText.Of(
            instruction,
            descriptor => Verifier.Targets.First(target => target.Descriptor == descriptor).Matched.Count
        );
        Places = new TrackedPlaces([.. Verifier.Targets.Select(target => target.Matched.Places)], grid);
    }

    /// <summary>What to do.</summary>
    public Instruction Instruction { get; }

    /// <summary>The mission's words.</summary>
    public string Mission { get; }

    /// <summary>The episode's objects.</summary>
    public WorldObjects Objects { get; }

    /// <summary>Where the agent starts.</summary>
    public Pose Start { get; }

    /// <summary>The side of a room, walls included.</summary>
    public int RoomSize { get; }

    /// <summary>Steps after which the episode is truncated.</summary>
    public int StepLimit { get; }

    /// <summary>Checks the steps.</summary>
    public Verifier Verifier { get; }

    /// <summary>Where the mission's objects lay at the start.</summary>
    internal TrackedPlaces Places { get; }
}
