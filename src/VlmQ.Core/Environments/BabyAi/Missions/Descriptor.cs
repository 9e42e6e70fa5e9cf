using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Missions;

/// <summary>Which objects a clause speaks of; what is null is left open.</summary>
/// <param name="Type">A door, key, ball or box.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Place">Where it lies, seen from the start.</param>
public sealed record Descriptor(ObjectType? Type, ObjectColor? Color, Place? Place = null);
