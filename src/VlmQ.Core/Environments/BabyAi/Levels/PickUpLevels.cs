using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>Levels whose mission is to pick something up or to do something with one object or door (environments.md §7.1).</summary>
internal static class PickUpLevels
{
    public static IEnumerable<BabyAiLevel> All()
    {
        yield return new("BabyAI-Pickup-v0", LevelSize.Usual, Anywhere);
        yield return new("BabyAI-UnblockPickup-v0", LevelSize.Usual, Blocked);
        yield return new("BabyAI-PickupDist-v0", LevelSize.OneRoom(7), builder => Distinct(builder, strict: false));
        yield return new("BabyAI-PickupDistDebug-v0", LevelSize.OneRoom(7), builder => Distinct(builder, strict: true));
        yield return new("BabyAI-PickupAbove-v0", new LevelSize(6), Above, 8 * 6 * 6);
        yield return new("BabyAI-ActionObjDoor-v0", new LevelSize(7), ObjectOrDoor);
        for (int size = 5; size <= 7; size++)
        {
            yield return new($"BabyAI-FindObjS{size}-v0", new LevelSize(size), Find, 20 * size * size);
        }
        foreach (int size in new[] { 8, 12, 16, 20 })
        {
            yield return new($"BabyAI-OneRoomS{size}-v0", LevelSize.OneRoom(size), OneBall);
        }
    }

    private static Instruction.PickUp Anywhere(LevelBuilder builder)
    {
        builder.PlaceAgent();
        builder.ConnectAll();
        int[] objects = builder.AddDistractors(18);
        builder.RequireAllReachable();
        return new Instruction.PickUp(builder.Describe(builder.DrawFrom<int>(objects)));
    }

    private static Instruction.PickUp Blocked(LevelBuilder builder)
    {
        builder.PlaceAgent();
        builder.ConnectAll();
        int[] objects = builder.AddDistractors(20);
        if (builder.AllAreReachable())
        {
            builder.Reject();
        }
        return new Instruction.PickUp(builder.Describe(builder.DrawFrom<int>(objects)));
    }

    private static Instruction.PickUp Distinct(LevelBuilder builder, bool strict)
    {
        int[] objects = builder.AddDistractors(5, distinct: true);
        builder.PlaceAgent();
        Descriptor whole = builder.Describe(builder.DrawFrom<int>(objects));
        Descriptor named = builder.Draw(3) switch
        {
            0 => whole with { Color = null },
            1 => whole with { Type = null },
            _ => whole,
        };
        return new Instruction.PickUp(named, strict);
    }

    private static Instruction.PickUp Above(LevelBuilder builder)
    {
        int thing = builder.AddObject(new Room(1, 0));
        builder.AddDoor(builder.Middle, Direction.Up, locked: false);
        builder.PlaceAgent(builder.Middle);
        builder.ConnectAll();
        return new Instruction.PickUp(builder.Describe(thing));
    }

    private static Instruction.Clause ObjectOrDoor(LevelBuilder builder)
    {
        int[] objects = builder.AddDistractors(5, builder.Middle, distinct: true);
        int[] doors = [.. Enumerable.Range(0, 4).Select(_ => builder.AddDoor(builder.Middle, locked: false))];
        builder.PlaceAgent(builder.Middle);
        Descriptor target = builder.Describe(builder.DrawFrom<int>([.. objects, .. doors]));
        bool goTo = builder.Toss();
        return goTo ? new Instruction.GoTo(target)
            : target.Type == ObjectType.Door ? new Instruction.Open(target)
            : new Instruction.PickUp(target);
    }

    private static Instruction.PickUp Find(LevelBuilder builder)
    {
        int thing = builder.AddObject(builder.DrawRoom());
        builder.PlaceAgent(builder.Middle);
        builder.ConnectAll();
        return new Instruction.PickUp(builder.Describe(thing) with { Color = null });
    }

    private static Instruction.PickUp OneBall(LevelBuilder builder)
    {
        builder.AddObject(builder.Middle, ObjectType.Ball);
        builder.PlaceAgent();
        return new Instruction.PickUp(new Descriptor(ObjectType.Ball, null));
    }
}
