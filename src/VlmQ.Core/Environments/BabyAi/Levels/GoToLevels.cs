using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>Levels whose mission is to go somewhere (environments.md §7.1).</summary>
internal static class GoToLevels
{
    public static IEnumerable<BabyAiLevel> All()
    {
        yield return new("BabyAI-GoToRedBallGrey-v0", LevelSize.OneRoom(), builder => RedBall(builder, 7, grey: true));
        yield return new("BabyAI-GoToRedBall-v0", LevelSize.OneRoom(), builder => RedBall(builder, 7));
        yield return new("BabyAI-GoToRedBallNoDists-v0", LevelSize.OneRoom(), builder => RedBall(builder, 0));
        yield return new("BabyAI-GoToObj-v0", LevelSize.OneRoom(), OneObject);
        yield return new("BabyAI-GoToObjS4-v0", LevelSize.OneRoom(4), OneObject);
        yield return new("BabyAI-GoToObjS6-v1", LevelSize.OneRoom(6), OneObject);
        yield return new("BabyAI-GoToLocal-v0", LevelSize.OneRoom(), builder => Local(builder, 8));
        (int Size, int Objects)[] local = [(5, 2), (6, 2), (6, 3), (6, 4), (7, 4), (7, 5), (8, 2), (8, 3), (8, 4), (8, 5), (8, 6), (8, 7)];
        foreach ((int size, int objects) in local)
        {
            yield return new($"BabyAI-GoToLocalS{size}N{objects}-v0", LevelSize.OneRoom(size), builder => Local(builder, objects));
        }
        yield return new("BabyAI-GoTo-v0", LevelSize.Usual, builder => Maze(builder, 18));
        yield return new("BabyAI-GoToOpen-v0", LevelSize.Usual, builder => Maze(builder, 18, open: true));
        yield return new("BabyAI-GoToObjMaze-v0", LevelSize.Usual, builder => Maze(builder, 1));
        yield return new("BabyAI-GoToObjMazeOpen-v0", LevelSize.Usual, builder => Maze(builder, 1, open: true));
        yield return new("BabyAI-GoToObjMazeS4R2-v0", new LevelSize(4, 2, 2), builder => Maze(builder, 1));
        for (int size = 4; size <= 7; size++)
        {
            yield return new($"BabyAI-GoToObjMazeS{size}-v0", new LevelSize(size), builder => Maze(builder, 1));
        }
        yield return new("BabyAI-GoToImpUnlock-v0", LevelSize.Usual, ImplicitUnlock);
        yield return new("BabyAI-GoToRedBlueBall-v0", LevelSize.OneRoom(), RedOrBlueBall);
        yield return new("BabyAI-GoToDoor-v0", new LevelSize(7), Door);
        yield return new("BabyAI-GoToObjDoor-v0", LevelSize.Usual, ObjectOrDoor);
    }

    private static Instruction.GoTo RedBall(LevelBuilder builder, int distractors, bool grey = false)
    {
        builder.PlaceAgent();
        int ball = builder.AddObject(builder.Middle, ObjectType.Ball, ObjectColor.Red);
        foreach (int number in builder.AddDistractors(distractors))
        {
            if (grey)
            {
                builder.Paint(number, ObjectColor.Grey);
            }
        }
        builder.RequireAllReachable();
        return new Instruction.GoTo(builder.Describe(ball));
    }

    private static Instruction.GoTo OneObject(LevelBuilder builder)
    {
        builder.PlaceAgent();
        return new Instruction.GoTo(builder.Describe(builder.AddDistractors(1)[0]));
    }

    private static Instruction.GoTo Local(LevelBuilder builder, int objects)
    {
        builder.PlaceAgent();
        int[] numbers = builder.AddDistractors(objects);
        builder.RequireAllReachable();
        return new Instruction.GoTo(builder.Describe(builder.DrawFrom<int>(numbers)));
    }

    private static Instruction.GoTo Maze(LevelBuilder builder, int objects, bool open = false)
    {
        builder.PlaceAgent();
        builder.ConnectAll();
        int[] numbers = builder.AddDistractors(objects);
        builder.RequireAllReachable();
        Instruction.GoTo instruction = new(builder.Describe(builder.DrawFrom<int>(numbers)));
        if (open)
        {
            builder.OpenAllDoors();
        }
        return instruction;
    }

    private static Instruction.GoTo ImplicitUnlock(LevelBuilder builder)
    {
        Room locked = UnlockLevels.LockedRoom(builder, out _);
        builder.ConnectAll();
        UnlockLevels.FillEveryRoom(builder, 2);
        builder.PlaceAgentOutside(locked);
        builder.RequireAllReachable();
        return new Instruction.GoTo(builder.Describe(builder.AddDistractors(1, locked)[0]));
    }

    private static Instruction.GoTo RedOrBlueBall(LevelBuilder builder)
    {
        builder.PlaceAgent();
        foreach (int number in builder.AddDistractors(7))
        {
            if (builder[number] is { Type: ObjectType.Ball, Color: ObjectColor.Red or ObjectColor.Blue })
            {
                builder.Reject();
            }
        }
        ObjectColor color = builder.Toss() ? ObjectColor.Red : ObjectColor.Blue;
        int ball = builder.AddObject(builder.Middle, ObjectType.Ball, color);
        builder.RequireAllReachable();
        return new Instruction.GoTo(builder.Describe(ball));
    }

    private static Instruction.GoTo Door(LevelBuilder builder)
    {
        int[] doors = [.. Enumerable.Range(0, 4).Select(_ => builder.AddDoor(builder.Middle))];
        builder.PlaceAgent(builder.Middle);
        return new Instruction.GoTo(builder.Describe(builder.DrawFrom<int>(doors)));
    }

    private static Instruction.GoTo ObjectOrDoor(LevelBuilder builder)
    {
        builder.PlaceAgent(builder.Middle);
        int[] objects = builder.AddDistractors(8, builder.Middle);
        int[] doors = [.. Enumerable.Range(0, 4).Select(_ => builder.AddDoor(builder.Middle))];
        builder.RequireAllReachable();
        return new Instruction.GoTo(builder.Describe(builder.DrawFrom<int>([.. objects, .. doors])));
    }
}
