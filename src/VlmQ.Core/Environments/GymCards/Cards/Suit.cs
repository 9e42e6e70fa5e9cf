namespace VlmQ.Core.Environments.GymCards.Cards;

/// <summary>A suit, in the order in which the formula games draw one.</summary>
public enum Suit
{
    /// <summary>H.</summary>
    Hearts,

    /// <summary>S.</summary>
    Spades,

    /// <summary>D.</summary>
    Diamonds,

    /// <summary>C.</summary>
    Clubs,
}
