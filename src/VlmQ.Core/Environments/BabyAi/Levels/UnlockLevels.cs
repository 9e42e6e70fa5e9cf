using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>Levels with locked doors (environments.md §7.1).</summary>
internal static class UnlockLevels
{
    private static readonly Room Left = new(0, 0);
    private static readonly Room Right = new(1, 0);

    public static IEnumerable<BabyAiLevel> All()
    {
        yield return new("BabyAI-Unlock-v0", LevelSize.Usual, Unlock);
        yield return new("BabyAI-UnlockLocal-v0", LevelSize.Usual, builder => Local(builder, 0));
        yield return new("BabyAI-UnlockLocalDist-v0", LevelSize.Usual, builder => Local(builder, 3));
        yield return new("BabyAI-KeyInBox-v0", LevelSize.Usual, KeyInBox);
        yield return new("BabyAI-UnlockPickup-v0", new LevelSize(6, 2, 1), builder => BoxBehindDoor(builder, 0));
        yield return new("BabyAI-UnlockPickupDist-v0", new LevelSize(6, 2, 1), builder => BoxBehindDoor(builder, 4));
        yield return new("BabyAI-BlockedUnlockPickup-v0", new LevelSize(6, 2, 1), BlockedDoor, 16 * 6 * 6);
        yield return new("BabyAI-UnlockToUnlock-v0", new LevelSize(6, 3, 1), TwoDoors, 30 * 6 * 6);
        yield return new("BabyAI-KeyCorridor-v0", new LevelSize(6), Corridor, 30 * 6 * 6);
        (int Size, int Rows)[] corridors = [(3, 1), (3, 2), (3, 3), (4, 3), (5, 3), (6, 3)];
        foreach ((int size, int rows) in corridors)
        {
            yield return new($"BabyAI-KeyCorridorS{size}R{rows}-v0", new LevelSize(size, 3, rows), Corridor, 30 * size * size);
        }
    }

    /// <summary>
    /// A locked door on a random room, which is returned, and its key in a random room. Kept from the reference: the key may land behind
    /// its own door.
    /// </summary>
    public static Room LockedRoom(LevelBuilder builder, out int door)
    {
        Room locked = builder.DrawRoom();
        door = builder.AddDoor(locked, locked: true);
        builder.AddObject(builder.DrawRoom(), ObjectType.Key, builder[door].Color);
        return locked;
    }

    /// <summary>Distractors in every room; as in the reference, the locked room is not left out.</summary>
    public static void FillEveryRoom(LevelBuilder builder, int each)
    {
        for (int column = 0; column < builder.Size.Columns; column++)
        {
            for (int row = 0; row < builder.Size.Rows; row++)
            {
                builder.AddDistractors(each, new Room(column, row));
            }
        }
    }

    private static Instruction.Open Unlock(LevelBuilder builder)
    {
        Room locked = LockedRoom(builder, out int door);
        builder.ConnectAll(without: builder.Toss() ? builder[door].Color : null);
        FillEveryRoom(builder, 3);
        builder.PlaceAgentOutside(locked);
        builder.RequireAllReachable();
        return new Instruction.Open(builder.Describe(door));
    }

    private static Instruction.Open Local(LevelBuilder builder, int distractors)
    {
        int door = builder.AddDoor(builder.Middle, locked: true);
        builder.AddObject(builder.Middle, ObjectType.Key, builder[door].Color);
        builder.AddDistractors(distractors, builder.Middle, distinct: true);
        builder.PlaceAgent(builder.Middle);
        return new Instruction.Open(new Descriptor(ObjectType.Door, null));
    }

    private static Instruction.Open KeyInBox(LevelBuilder builder)
    {
        int door = builder.AddDoor(builder.Middle, locked: true);
        int key = builder.AddUnplaced(ObjectType.Key, builder[door].Color);
        builder.AddObject(builder.Middle, ObjectType.Box, contents: key);
        builder.PlaceAgent(builder.Middle);
        return new Instruction.Open(new Descriptor(ObjectType.Door, null));
    }

    private static Instruction.PickUp BoxBehindDoor(LevelBuilder builder, int distractors)
    {
        int box = builder.AddObject(Right, ObjectType.Box);
        int door = builder.AddDoor(Left, Direction.Right, locked: true);
        builder.AddObject(Left, ObjectType.Key, builder[door].Color);
        builder.AddDistractors(distractors, distinct: true);
        builder.PlaceAgent(Left);
        return new Instruction.PickUp(builder.Describe(box));
    }

    private static Instruction.PickUp BlockedDoor(LevelBuilder builder)
    {
        int box = builder.AddObject(Right, ObjectType.Box);
        int door = builder.AddDoor(Left, Direction.Right, locked: true);
        (int x, int y) = builder.SlotOf(Left, Direction.Right);
        builder.Put(builder.AddUnplaced(ObjectType.Ball, builder.DrawColor()), x - 1, y);
        builder.AddObject(Left, ObjectType.Key, builder[door].Color);
        builder.PlaceAgent(Left);
        return new Instruction.PickUp(builder.Describe(box) with { Color = null });
    }

    private static Instruction.PickUp TwoDoors(LevelBuilder builder)
    {
        ObjectColor[] colors = builder.DrawSome<ObjectColor>(Enum.GetValues<ObjectColor>(), 2);
        builder.AddDoor(Left, Direction.Right, colors[0], locked: true);
        builder.AddObject(new Room(2, 0), ObjectType.Key, colors[0]);
        builder.AddDoor(builder.Middle, Direction.Right, colors[1], locked: true);
        builder.AddObject(builder.Middle, ObjectType.Key, colors[1]);
        builder.AddObject(Left, ObjectType.Ball);
        builder.PlaceAgent(builder.Middle);
        return new Instruction.PickUp(new Descriptor(ObjectType.Ball, null));
    }

    private static Instruction.PickUp Corridor(LevelBuilder builder)
    {
        int rows = builder.Size.Rows;
        for (int row = 1; row < rows; row++)
        {
            builder.OpenWall(new Room(1, row), Direction.Up);
        }
        Room locked = new(2, builder.Draw(rows));
        int door = builder.AddDoor(locked, Direction.Left, locked: true);
        builder.AddObject(locked, ObjectType.Ball);
        builder.AddObject(new Room(0, builder.Draw(rows)), ObjectType.Key, builder[door].Color);
        builder.PlaceAgent(new Room(1, rows / 2));
        builder.ConnectAll();
        return new Instruction.PickUp(new Descriptor(ObjectType.Ball, null));
    }
}
