namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>The six colours; the values are the second part of Minigrid's cell encoding.</summary>
public enum ObjectColor : byte
{
    /// <summary>255, 0, 0.</summary>
    Red = 0,

    /// <summary>0, 255, 0.</summary>
    Green = 1,

    /// <summary>0, 0, 255.</summary>
    Blue = 2,

    /// <summary>112, 39, 195.</summary>
    Purple = 3,

    /// <summary>255, 255, 0.</summary>
    Yellow = 4,

    /// <summary>100, 100, 100.</summary>
    Grey = 5,
}
