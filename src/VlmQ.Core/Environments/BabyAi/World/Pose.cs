namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>Where the agent stands and looks.</summary>
/// <param name="X">Column.</param>
/// <param name="Y">Row.</param>
/// <param name="Direction">Where it looks.</param>
public readonly record struct Pose(int X, int Y, Direction Direction)
{
    /// <summary>The column of the cell in front.</summary>
    public int FrontX => X + Direction.Dx();

    /// <summary>The row of the cell in front.</summary>
    public int FrontY => Y + Direction.Dy();
}
