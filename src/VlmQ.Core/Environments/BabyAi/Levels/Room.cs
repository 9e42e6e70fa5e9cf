using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>The place of a room among the rooms.</summary>
/// <param name="Column">Its column.</param>
/// <param name="Row">Its row.</param>
internal readonly record struct Room(int Column, int Row)
{
    /// <summary>The room on one side; it may lie outside the level.</summary>
    public Room Beside(Direction side) => new(Column + side.Dx(), Row + side.Dy());
}
