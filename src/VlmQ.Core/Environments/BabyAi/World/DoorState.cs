namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>How a door stands; the values are the third part of Minigrid's cell encoding, which is 0 for everything else.</summary>
public enum DoorState : byte
{
    /// <summary>Lets steps and sight through.</summary>
    Open = 0,

    /// <summary>Opens when toggled.</summary>
    Closed = 1,

    /// <summary>Opens when toggled with a key of its colour in the hand; it then stays unlocked.</summary>
    Locked = 2,
}
