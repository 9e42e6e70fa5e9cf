namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>The seven actions, in Minigrid's order.</summary>
public enum BabyAiAction : byte
{
    /// <summary>A quarter turn to the left.</summary>
    Left = 0,

    /// <summary>A quarter turn to the right.</summary>
    Right = 1,

    /// <summary>One cell ahead, if it can be entered.</summary>
    Forward = 2,

    /// <summary>Takes the object in front, if the hand is empty.</summary>
    PickUp = 3,

    /// <summary>Puts what is carried into the empty cell in front.</summary>
    Drop = 4,

    /// <summary>Opens or closes the door in front, or opens the box.</summary>
    Toggle = 5,

    /// <summary>Does nothing.</summary>
    Done = 6,
}
