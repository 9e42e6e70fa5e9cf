using System.Collections.Immutable;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Missions;

/// <summary>What a verifier looks at: an action and the world after it.</summary>
/// <param name="Action">The action.</param>
/// <param name="Grid">The grid after the action.</param>
/// <param name="Front">The index of the cell in front after the action; −1 outside the grid.</param>
/// <param name="HandBefore">The number of the object in the hand before the action; 0 for none.</param>
/// <param name="HandAfter">The number of the object in the hand after the action; 0 for none.</param>
/// <param name="Tracked">Where the objects of each descriptor are thought to lie; refreshed by drop actions only.</param>
public readonly record struct VerifiedStep(
    BabyAiAction Action,
    WorldGrid Grid,
    int Front,
    int HandBefore,
    int HandAfter,
    ImmutableArray<CellSet> Tracked
)
{
    /// <summary>The cell in front.</summary>
    public Cell FrontCell => Front < 0 ? Cell.Wall : Grid.Cells[Front];
}
