using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi;

/// <summary>A moment of a BabyAI episode. Build the first with <see cref="Start"/>; <see cref="BabyAiWorld.Step"/> makes the others.</summary>
public sealed record BabyAiState : EnvironmentState
{
    private BabyAiState(BabyAiTask task, WorldGrid grid, Pose pose, int carrying, TrackedPlaces tracked)
    {
        Task = task;
        Grid = grid;
        Pose = pose;
        Carrying = carrying;
        Tracked = tracked;
    }

    /// <summary>What stays the same for the whole episode; compared by identity.</summary>
    public BabyAiTask Task { get; }

    /// <summary>The grid, without the agent.</summary>
    public WorldGrid Grid { get; internal init; }

    /// <summary>Where the agent stands and looks.</summary>
    public Pose Pose { get; internal init; }

    /// <summary>The number of the object in the hand; 0 for none.</summary>
    public int Carrying { get; internal init; }

    /// <summary>Steps taken.</summary>
    public int Steps { get; internal init; }

    /// <summary>How far the instruction has come; see <see cref="Verifier"/>.</summary>
    public uint Progress { get; internal init; }

    /// <summary>Nothing can follow.</summary>
    public bool HasEnded { get; internal init; }

    /// <summary>What the hand looks like in the agent's own cell.</summary>
    public Cell Hand => Task.Objects.CellOf(Carrying);

    /// <summary>Where the verifier thinks the mission's objects lie.</summary>
    internal TrackedPlaces Tracked { get; init; }

    /// <summary>
    /// Kept from the reference: the levels that start with a full hand show their first observation as it was before the object moved
    /// into the hand. Null everywhere else.
    /// </summary>
    internal WorldGrid? GridBeforeTaking { get; init; }

    /// <summary>The first state of an episode.</summary>
    /// <param name="task">The mission and the objects.</param>
    /// <param name="grid">The grid; where an object starts in the hand it is not in it.</param>
    /// <param name="pose">Where the agent stands and looks: a cell that can be entered.</param>
    /// <param name="carrying">The number of the object in the hand; 0 for none.</param>
    /// <param name="steps">Steps already counted.</param>
    /// <param name="gridBeforeTaking">What the first observation shows instead, with an empty hand; null to show the state as it is.</param>
    /// <exception cref="ArgumentException">The agent cannot stand there, or the hand cannot hold that.</exception>
    public static BabyAiState Start(
        BabyAiTask task,
        WorldGrid grid,
        Pose pose,
        int carrying = 0,
        int steps = 0,
        WorldGrid? gridBeforeTaking = null
    )
    {
        if (!grid.Contains(pose.X, pose.Y) || !grid[pose.X, pose.Y].CanBeEntered)
        {
            throw new ArgumentException($"The agent cannot stand at ({pose.X}, {pose.Y}).", nameof(pose));
        }
        if (carrying != 0 && (carrying > task.Objects.Count || !task.Objects.CellOf(carrying).CanBePickedUp || grid.Find(carrying) >= 0))
        {
            throw new ArgumentException($"Object {carrying} cannot be in the hand.", nameof(carrying));
        }
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(steps, task.StepLimit);
        return new BabyAiState(task, grid, pose, carrying, task.Places) { Steps = steps, GridBeforeTaking = gridBeforeTaking };
    }
}
