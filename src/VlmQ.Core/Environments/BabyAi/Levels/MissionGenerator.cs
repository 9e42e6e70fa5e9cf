using System.Collections.Immutable;
using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>Fills a level and draws any mission of the grammar that its settings allow (environments.md §7.3).</summary>
internal sealed record MissionGenerator
{
    private const int MostTries = 101;

    private static ReadOnlySpan<ObjectType> AnyType => [ObjectType.Box, ObjectType.Ball, ObjectType.Key, ObjectType.Door];

    private static ReadOnlySpan<ObjectType> MovableTypes => [ObjectType.Box, ObjectType.Ball, ObjectType.Key];

    private static ReadOnlySpan<ObjectType> Doors => [ObjectType.Door];

    /// <summary>How many objects lie about.</summary>
    public int Distractors { get; init; } = 18;

    /// <summary>How likely one room is locked.</summary>
    public double LockedRoom { get; init; }

    /// <summary>Descriptors may say where the object lies.</summary>
    public bool Places { get; init; }

    /// <summary>Objects may block the way to others.</summary>
    public bool Unblocking { get; init; }

    /// <summary>A mission may need the locked room without saying so.</summary>
    public bool ImplicitUnlock { get; init; }

    /// <summary>Besides clauses there are pairs and sequences.</summary>
    public bool Combines { get; init; }

    /// <summary>The clauses to draw from.</summary>
    public ImmutableArray<ClauseKind> Clauses { get; init; } = [ClauseKind.GoTo, ClauseKind.PickUp, ClauseKind.Open, ClauseKind.PutNext];

    /// <summary>Fills the rooms and draws a mission.</summary>
    public Instruction Build(LevelBuilder builder)
    {
        Room? locked = builder.Happens(LockedRoom) ? AddLockedRoom(builder) : null;
        builder.ConnectAll();
        builder.AddDistractors(Distractors);
        builder.PlaceAgentOutside(locked);
        if (!Unblocking)
        {
            builder.RequireAllReachable();
        }
        // Kept from the reference: without implicit unlocking only the descriptors are checked, one by one.
        return DrawMission(builder, ImplicitUnlock ? null : locked);
    }

    private static Room AddLockedRoom(LevelBuilder builder)
    {
        Room locked = builder.DrawRoom();
        Direction side = (Direction)builder.Draw(4);
        while (!builder.HasNeighbor(locked, side))
        {
            locked = builder.DrawRoom();
            side = (Direction)builder.Draw(4);
        }
        int door = builder.AddDoor(locked, side, locked: true);
        Room other = builder.DrawRoom();
        while (other == locked)
        {
            other = builder.DrawRoom();
        }
        builder.AddObject(other, ObjectType.Key, builder[door].Color);
        return locked;
    }

    private Instruction DrawMission(LevelBuilder builder, Room? outside) =>
        (Combines ? builder.Draw(3) : 0) switch
        {
            0 => DrawClause(builder, outside),
            1 => new Instruction.And(DrawClause(builder, outside), DrawClause(builder, outside)),
            _ => DrawSequence(builder, outside),
        };

    private Instruction.Pair DrawSequence(LevelBuilder builder, Room? outside)
    {
        Instruction a = DrawPart(builder, outside);
        Instruction b = DrawPart(builder, outside);
        return builder.Toss() ? new Instruction.Before(a, b) : new Instruction.After(a, b);
    }

    private Instruction DrawPart(LevelBuilder builder, Room? outside) =>
        builder.Toss() ? DrawClause(builder, outside) : new Instruction.And(DrawClause(builder, outside), DrawClause(builder, outside));

    private Instruction.Clause DrawClause(LevelBuilder builder, Room? outside) =>
        builder.DrawFrom(Clauses.AsSpan()) switch
        {
            ClauseKind.GoTo => new Instruction.GoTo(DrawDescriptor(builder, AnyType, outside)),
            ClauseKind.PickUp => new Instruction.PickUp(DrawDescriptor(builder, MovableTypes, outside)),
            ClauseKind.Open => new Instruction.Open(DrawDescriptor(builder, Doors, outside)),
            _ => new Instruction.PutNext(DrawDescriptor(builder, MovableTypes, outside), DrawDescriptor(builder, AnyType, outside)),
        };

    private Descriptor DrawDescriptor(LevelBuilder builder, ReadOnlySpan<ObjectType> types, Room? outside)
    {
        Descriptor descriptor = new(null, null);
        for (int i = 0; i < MostTries; i++)
        {
            int color = builder.Draw(7);
            ObjectType type = builder.DrawFrom(types);
            Place? place = Places && builder.Toss() ? (Place)builder.Draw(4) : null;
            descriptor = new Descriptor(type, color == 6 ? null : (ObjectColor)color, place);
            MatchedObjects matched = builder.Match(descriptor);
            if (matched.Count > 0 && (outside is not { } room || builder.HasMatchOutside(room, matched)))
            {
                return descriptor;
            }
        }
        builder.Reject();
        return descriptor;
    }
}
