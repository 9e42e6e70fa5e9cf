namespace VlmQ.Core.Environments.BabyAi.Bot;

/// <summary>What keeps the agent from simply walking into a cell.</summary>
internal enum Hurdle
{
    /// <summary>Nothing, or a door that only has to be toggled.</summary>
    None,

    /// <summary>A locked door; its key is in the hand.</summary>
    LockedDoor,

    /// <summary>A locked door; its key is elsewhere.</summary>
    LockedDoorWithoutKey,

    /// <summary>An object that can be moved.</summary>
    Object,

    /// <summary>It cannot be entered at all.</summary>
    Impassable,
}
