namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>What a cell shows; the values are the first part of Minigrid's cell encoding.</summary>
public enum ObjectType : byte
{
    /// <summary>Outside the agent's sight; in observations only.</summary>
    Unseen = 0,

    /// <summary>Nothing there.</summary>
    Empty = 1,

    /// <summary>A wall; blocks sight and steps.</summary>
    Wall = 2,

    /// <summary>Coloured floor; can be walked on.</summary>
    Floor = 3,

    /// <summary>A door; only an open one lets steps and sight through.</summary>
    Door = 4,

    /// <summary>A key; opens locked doors of its colour from the hand.</summary>
    Key = 5,

    /// <summary>A ball.</summary>
    Ball = 6,

    /// <summary>A box; toggling it leaves what it holds.</summary>
    Box = 7,

    /// <summary>A goal; entering it ends the episode with the success reward.</summary>
    Goal = 8,

    /// <summary>Lava; entering it ends the episode without reward.</summary>
    Lava = 9,
}
