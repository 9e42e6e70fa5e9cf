using System.Collections.Immutable;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Bot;

/// <summary>A cheapest way to a pose in front of a target.</summary>
/// <param name="Poses">From where the agent is to where it faces the target, one turn or one cell at a time; at least one.</param>
/// <param name="Cost">What it takes, hurdles included.</param>
/// <param name="FirstHurdle">The first cell of the way that is more than walking or toggling; the hurdle is none where there is none.</param>
/// <param name="Hurdles">How many such cells there are.</param>
internal sealed record Route(ImmutableArray<Pose> Poses, int Cost, (Hurdle Kind, int X, int Y) FirstHurdle, int Hurdles)
{
    /// <summary>The agent faces a target already.</summary>
    public bool IsArrived => Poses.Length == 1;

    /// <summary>Where it ends.</summary>
    public Pose End => Poses[^1];
}
