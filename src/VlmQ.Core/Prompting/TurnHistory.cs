namespace VlmQ.Core.Prompting;

/// <summary>Earlier turns as part of a prompt.</summary>
public sealed record TurnHistory
{
    /// <summary>The most turns that a prompt can look back on.</summary>
    public const int MostTurns = 100;

    /// <summary>A reply is cut after so many characters: one reply of a megabyte must not make all prompts after it as long.</summary>
    public const int MostReply = 500;

    /// <param name="turns">How many turns, the last before the present one, 1–100.</param>
    /// <param name="pattern">The words of a turn, with <c>{turn}</c> (counted from 1), <c>{text}</c>, <c>{reply}</c>, <c>{action}</c>
    /// (<c>none</c> where the reply named none) and <c>{reward}</c>.</param>
    /// <exception cref="ArgumentException">The number is out of range, or the pattern is empty.</exception>
    public TurnHistory(int turns, string pattern)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(turns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(turns, MostTurns);
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        Turns = turns;
        Pattern = pattern;
    }

    /// <summary>How many turns.</summary>
    public int Turns { get; }

    /// <summary>The words of a turn.</summary>
    public string Pattern { get; }
}
