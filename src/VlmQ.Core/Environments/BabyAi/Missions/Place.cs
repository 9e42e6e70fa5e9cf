namespace VlmQ.Core.Environments.BabyAi.Missions;

/// <summary>Where an object lies as the agent sees it from its start; each is a half-plane of the start room, borders left out.</summary>
public enum Place : byte
{
    /// <summary>" on your left".</summary>
    Left,

    /// <summary>" on your right".</summary>
    Right,

    /// <summary>" in front of you".</summary>
    Front,

    /// <summary>" behind you".</summary>
    Behind,
}
