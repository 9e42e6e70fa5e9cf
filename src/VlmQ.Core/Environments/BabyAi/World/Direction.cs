namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>Where the agent looks; x grows to the right and y downwards.</summary>
public enum Direction : byte
{
    /// <summary>(1, 0).</summary>
    Right = 0,

    /// <summary>(0, 1).</summary>
    Down = 1,

    /// <summary>(−1, 0).</summary>
    Left = 2,

    /// <summary>(0, −1).</summary>
    Up = 3,
}
