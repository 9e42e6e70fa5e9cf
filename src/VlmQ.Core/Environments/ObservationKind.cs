namespace VlmQ.Core.Environments;

/// <summary>What of a state an agent is shown.</summary>
public enum ObservationKind
{
    /// <summary>The picture, and in words only what the environment's own observation says.</summary>
    Image,

    /// <summary>The state in words; the picture is blank, so that every turn still has one.</summary>
    Text,

    /// <summary>The picture, and the state in words beside it.</summary>
    Both,
}
