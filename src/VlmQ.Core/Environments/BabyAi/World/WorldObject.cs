namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>What an object is, wherever it lies.</summary>
/// <param name="Type">Anything but <see cref="ObjectType.Unseen"/>, <see cref="ObjectType.Empty"/> and walls.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Contents">The number of the object that a box holds; 0 when it holds none and for all others.</param>
public readonly record struct WorldObject(ObjectType Type, ObjectColor Color, int Contents = 0);
