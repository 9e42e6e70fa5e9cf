using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>Levels whose mission is to put objects beside others (environments.md §7.1).</summary>
internal static class PutNextLevels
{
    private static readonly Room Left = new(0, 0);
    private static readonly Room Right = new(1, 0);

    public static IEnumerable<BabyAiLevel> All()
    {
        yield return new("BabyAI-PutNextLocal-v0", LevelSize.OneRoom(), builder => Local(builder, 8), mostNavigations: 2);
        yield return new("BabyAI-PutNextLocalS5N3-v0", LevelSize.OneRoom(5), builder => Local(builder, 3), mostNavigations: 2);
        yield return new("BabyAI-PutNextLocalS6N4-v0", LevelSize.OneRoom(6), builder => Local(builder, 4), mostNavigations: 2);
        (int Size, int Objects)[] across = [(4, 1), (5, 1), (5, 2), (6, 3), (7, 4)];
        foreach ((int size, int objects) in across)
        {
            yield return new($"BabyAI-PutNextS{size}N{objects}-v0", TwoRooms(size), builder => Across(builder, objects), 8 * size * size);
        }
        foreach ((int size, int objects) in across.Where(level => level.Objects > 1))
        {
            yield return new(
                $"BabyAI-PutNextS{size}N{objects}Carrying-v0",
                TwoRooms(size),
                builder => Across(builder, objects, carrying: true),
                8 * size * size
            );
        }
        yield return new("BabyAI-MoveTwoAcrossS5N2-v0", TwoRooms(5), builder => TwoAcross(builder, 2), 16 * 5 * 5);
        yield return new("BabyAI-MoveTwoAcrossS8N9-v0", TwoRooms(8), builder => TwoAcross(builder, 9), 16 * 8 * 8);
    }

    private static LevelSize TwoRooms(int size) => new(size, 2, 1);

    private static Instruction.PutNext Local(LevelBuilder builder, int objects)
    {
        builder.PlaceAgent();
        int[] numbers = builder.AddDistractors(objects, distinct: true);
        builder.RequireAllReachable();
        int[] chosen = builder.DrawSome<int>(numbers, 2);
        return new Instruction.PutNext(builder.Describe(chosen[0]), builder.Describe(chosen[1]));
    }

    private static (int[] Left, int[] Right) TwoGroups(LevelBuilder builder, int objects)
    {
        builder.PlaceAgent(Left);
        int[] left = builder.AddDistractors(objects, Left, distinct: true);
        int[] right = builder.AddDistractors(objects, Right, distinct: true);
        builder.OpenWall(Left, Direction.Right);
        return (left, right);
    }

    private static Instruction.PutNext Across(LevelBuilder builder, int objects, bool carrying = false)
    {
        (int[] left, int[] right) = TwoGroups(builder, objects);
        int moved = builder.DrawFrom<int>(left);
        int stays = builder.DrawFrom<int>(right);
        if (builder.Toss())
        {
            (moved, stays) = (stays, moved);
        }
        if (carrying)
        {
            builder.StartInHand(moved);
        }
        return new Instruction.PutNext(builder.Describe(moved), builder.Describe(stays));
    }

    private static Instruction.Before TwoAcross(LevelBuilder builder, int objects)
    {
        (int[] left, int[] right) = TwoGroups(builder, objects);
        int[] fromLeft = builder.DrawSome<int>(left, 2);
        int[] fromRight = builder.DrawSome<int>(right, 2);
        return new Instruction.Before(
            new Instruction.PutNext(builder.Describe(fromLeft[0]), builder.Describe(fromRight[0])),
            new Instruction.PutNext(builder.Describe(fromRight[1]), builder.Describe(fromLeft[1]))
        );
    }
}
