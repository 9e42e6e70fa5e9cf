namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>How large a level is; neighbouring rooms share a wall.</summary>
/// <param name="RoomSize">The side of a room, walls included, at least 3.</param>
/// <param name="Columns">Rooms side by side.</param>
/// <param name="Rows">Rooms above each other.</param>
public readonly record struct LevelSize(int RoomSize, int Columns = 3, int Rows = 3)
{
    /// <summary>Three by three rooms of eight by eight cells.</summary>
    public static LevelSize Usual { get; } = new(8);

    /// <summary>One room.</summary>
    public static LevelSize OneRoom(int roomSize = 8) => new(roomSize, 1, 1);

    /// <summary>From one room to the next, in cells.</summary>
    public int Pitch => RoomSize - 1;

    /// <summary>The grid's columns.</summary>
    public int Width => (Pitch * Columns) + 1;

    /// <summary>The grid's rows.</summary>
    public int Height => (Pitch * Rows) + 1;

    /// <summary>How many rooms there are.</summary>
    public int Rooms => Columns * Rows;

    /// <summary>The steps that one walk is allowed: cells of all rooms.</summary>
    public int StepsPerNavigation => RoomSize * RoomSize * Rooms;
}
