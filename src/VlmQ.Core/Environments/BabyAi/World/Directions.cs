namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>The vectors of directions.</summary>
public static class Directions
{
    /// <summary>All four, clockwise.</summary>
    public static ReadOnlySpan<Direction> All => [Direction.Right, Direction.Down, Direction.Left, Direction.Up];

    /// <summary>The x part of the direction's vector.</summary>
    public static int Dx(this Direction direction) =>
        direction is Direction.Right ? 1
        : direction is Direction.Left ? -1
        : 0;

    /// <summary>The y part of the direction's vector.</summary>
    public static int Dy(this Direction direction) =>
        direction is Direction.Down ? 1
        : direction is Direction.Up ? -1
        : 0;

    /// <summary>After a quarter turn clockwise; its vector is the right-hand vector of <paramref name="direction"/>.</summary>
    public static Direction Clockwise(this Direction direction) => (Direction)(((int)direction + 1) & 3);

    /// <summary>After a quarter turn counter-clockwise.</summary>
    public static Direction Counterclockwise(this Direction direction) => (Direction)(((int)direction + 3) & 3);
}
