using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>Levels whose mission is to open unlocked doors (environments.md §7.1).</summary>
internal static class OpenLevels
{
    private static readonly ObjectColor[] Colors = Enum.GetValues<ObjectColor>();

    public static IEnumerable<BabyAiLevel> All()
    {
        LevelSize small = new(6);
        int limit = 20 * small.RoomSize * small.RoomSize;
        yield return new("BabyAI-Open-v0", LevelSize.Usual, AnyDoor);
        yield return new("BabyAI-OpenRedDoor-v0", new LevelSize(5, 2, 1), RedDoor);
        yield return new("BabyAI-OpenDoor-v0", LevelSize.Usual, builder => OneOfFour(builder, null));
        yield return new("BabyAI-OpenDoorDebug-v0", LevelSize.Usual, builder => OneOfFour(builder, null, strict: true));
        yield return new("BabyAI-OpenDoorColor-v0", LevelSize.Usual, builder => OneOfFour(builder, byColor: true));
        yield return new("BabyAI-OpenDoorLoc-v0", LevelSize.Usual, builder => OneOfFour(builder, byColor: false));
        yield return new("BabyAI-OpenTwoDoors-v0", small, builder => TwoDoors(builder, null), limit);
        (ObjectColor, ObjectColor) redBlue = (ObjectColor.Red, ObjectColor.Blue);
        yield return new("BabyAI-OpenRedBlueDoors-v0", small, builder => TwoDoors(builder, redBlue), limit);
        yield return new("BabyAI-OpenRedBlueDoorsDebug-v0", small, builder => TwoDoors(builder, redBlue, strict: true), limit);
        foreach (int doors in new[] { 2, 4 })
        {
            yield return new($"BabyAI-OpenDoorsOrderN{doors}-v0", small, builder => InOrder(builder, doors, strict: false), limit);
            yield return new($"BabyAI-OpenDoorsOrderN{doors}Debug-v0", small, builder => InOrder(builder, doors, strict: true), limit);
        }
    }

    private static Instruction.Open AnyDoor(LevelBuilder builder)
    {
        builder.PlaceAgent();
        builder.ConnectAll();
        builder.AddDistractors(18);
        builder.RequireAllReachable();
        return new Instruction.Open(builder.Describe(builder.DrawFrom<int>(builder.DoorsOfAllRooms())));
    }

    private static Instruction.Open RedDoor(LevelBuilder builder)
    {
        Room left = new(0, 0);
        int door = builder.AddDoor(left, Direction.Right, ObjectColor.Red, locked: false);
        builder.PlaceAgent(left);
        return new Instruction.Open(builder.Describe(door));
    }

    private static Instruction.Open OneOfFour(LevelBuilder builder, bool? byColor, bool strict = false)
    {
        ObjectColor[] colors = builder.DrawSome<ObjectColor>(Colors, 4);
        for (int side = 0; side < 4; side++)
        {
            builder.AddDoor(builder.Middle, (Direction)side, colors[side], locked: false);
        }
        Descriptor target =
            byColor ?? builder.Toss()
                ? new Descriptor(ObjectType.Door, colors[0])
                : new Descriptor(ObjectType.Door, null, (Place)builder.Draw(4));
        builder.PlaceAgent(builder.Middle);
        return new Instruction.Open(target, strict);
    }

    private static Instruction.Before TwoDoors(LevelBuilder builder, (ObjectColor First, ObjectColor Second)? colors, bool strict = false)
    {
        ObjectColor[] drawn = builder.DrawSome<ObjectColor>(Colors, 2);
        (ObjectColor first, ObjectColor second) = colors ?? (drawn[0], drawn[1]);
        int left = builder.AddDoor(builder.Middle, Direction.Left, first, locked: false);
        int right = builder.AddDoor(builder.Middle, Direction.Right, second, locked: false);
        builder.PlaceAgent(builder.Middle);
        return new Instruction.Before(new Instruction.Open(builder.Describe(left), strict), new Instruction.Open(builder.Describe(right)));
    }

    private static Instruction InOrder(LevelBuilder builder, int count, bool strict)
    {
        ObjectColor[] colors = builder.DrawSome<ObjectColor>(Colors, count);
        int[] doors = [.. colors.Select(color => builder.AddDoor(builder.Middle, null, color, locked: false))];
        builder.PlaceAgent(builder.Middle);
        int[] chosen = builder.DrawSome<int>(doors, 2);
        Instruction.Open first = new(builder.Describe(chosen[0]), strict);
        Instruction.Open second = new(builder.Describe(chosen[1]), strict);
        return builder.Draw(3) switch
        {
            0 => first,
            1 => new Instruction.Before(first, second),
            _ => new Instruction.After(first, second),
        };
    }
}
