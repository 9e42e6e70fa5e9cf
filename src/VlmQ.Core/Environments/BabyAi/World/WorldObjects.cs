using System.Collections.Immutable;

namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>The objects of an episode, numbered from 1; they never change, only their places do.</summary>
public sealed class WorldObjects : IEquatable<WorldObjects>
{
    /// <summary>The largest number that an object can have.</summary>
    public const int MostObjects = 127;

    private readonly ImmutableArray<WorldObject> _objects;

    /// <param name="objects">Object n is element n − 1; at most 127.</param>
    /// <exception cref="ArgumentException">Too many objects, something that is no object, or contents that do not exist.</exception>
    public WorldObjects(ImmutableArray<WorldObject> objects)
    {
        if (objects.Length > MostObjects)
        {
            throw new ArgumentException($"There are {objects.Length} objects; at most {MostObjects} fit.", nameof(objects));
        }
        foreach (WorldObject each in objects)
        {
            bool isObject = each.Type is >= ObjectType.Floor and <= ObjectType.Lava;
            bool contentsExist = each.Contents >= 0 && each.Contents <= objects.Length;
            if (!isObject || !contentsExist || (each.Contents != 0 && each.Type != ObjectType.Box))
            {
                throw new ArgumentException($"{each} cannot be an object of this world.", nameof(objects));
            }
        }
        _objects = objects;
    }

    /// <summary>How many there are.</summary>
    public int Count => _objects.Length;

    /// <summary>The object of a number.</summary>
    /// <param name="number">1..<see cref="Count"/>.</param>
    public WorldObject this[int number] => _objects[number - 1];

    /// <summary>The cell that an object makes where it lies; doors are closed.</summary>
    /// <param name="number">0 (nothing) to <see cref="Count"/>.</param>
    public Cell CellOf(int number)
    {
        if (number == 0)
        {
            return Cell.Empty;
        }
        WorldObject thing = this[number];
        return new Cell(thing.Type, thing.Color, thing.Type == ObjectType.Door ? DoorState.Closed : DoorState.Open, number);
    }

    /// <summary>The same objects in the same order.</summary>
    public bool Equals(WorldObjects? other) => other is not null && _objects.AsSpan().SequenceEqual(other._objects.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WorldObjects);

    /// <inheritdoc/>
    public override int GetHashCode() => _objects.Length == 0 ? 0 : HashCode.Combine(_objects.Length, _objects[0], _objects[^1]);
}
