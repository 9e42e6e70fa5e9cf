using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Missions;

/// <summary>The mission's words (the grammar of environments.md §5.1).</summary>
public static class MissionText
{
    /// <summary>The mission of an instruction.</summary>
    /// <param name="instruction">What to do.</param>
    /// <param name="matches">How many objects a descriptor matched at the start: "the" for one, "a" for more.</param>
    public static string Of(Instruction instruction, Func<Descriptor, int> matches) =>
        instruction switch
        {
            Instruction.GoTo(var target) => "go to " + Name(target, matches),
            Instruction.Open(var target, _) => "open " + Name(target, matches),
            Instruction.PickUp(var target, _) => "pick up " + Name(target, matches),
            Instruction.PutNext(var moved, var stays, _) => $"put {Name(moved, matches)} next to {Name(stays, matches)}",
            Instruction.And(var a, var b) => $"{Of(a, matches)} and {Of(b, matches)}",
            Instruction.Before(var a, var b, _) => $"{Of(a, matches)}, then {Of(b, matches)}",
            Instruction.After(var a, var b, _) => $"{Of(a, matches)} after you {Of(b, matches)}",
            _ => throw new ArgumentException("Not an instruction.", nameof(instruction)),
        };

    /// <summary>The colour's word.</summary>
    public static string Word(ObjectColor color) =>
        color switch
        {
            ObjectColor.Red => "red",
            ObjectColor.Green => "green",
            ObjectColor.Blue => "blue",
            ObjectColor.Purple => "purple",
            ObjectColor.Yellow => "yellow",
            ObjectColor.Grey => "grey",
            _ => throw new ArgumentOutOfRangeException(nameof(color)),
        };

    /// <summary>The type's word.</summary>
    public static string Word(ObjectType type) =>
        type switch
        {
            ObjectType.Unseen => "unseen",
            ObjectType.Empty => "empty",
            ObjectType.Wall => "wall",
            ObjectType.Floor => "floor",
            ObjectType.Door => "door",
            ObjectType.Key => "key",
            ObjectType.Ball => "ball",
            ObjectType.Box => "box",
            ObjectType.Goal => "goal",
            ObjectType.Lava => "lava",
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };

    private static string Name(Descriptor descriptor, Func<Descriptor, int> matches)
    {
        string article = matches(descriptor) > 1 ? "a" : "the";
        string color = descriptor.Color is { } named ? Word(named) + " " : "";
        string type = descriptor.Type is { } kind ? Word(kind) : "object";
        string place = descriptor.Place switch
        {
            Place.Front => " in front of you",
            Place.Behind => " behind you",
            Place.Left => " on your left",
            Place.Right => " on your right",
            _ => "",
        };
        return $"{article} {color}{type}{place}";
    }
}
