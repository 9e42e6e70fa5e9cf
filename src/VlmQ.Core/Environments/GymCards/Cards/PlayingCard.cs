namespace VlmQ.Core.Environments.GymCards.Cards;

/// <summary>One of the 52 cards.</summary>
public readonly record struct PlayingCard
{
    private const string RankLetters = "A23456789TJQK";
    private const string SuitLetters = "HSDC";

    /// <param name="suit">The suit.</param>
    /// <param name="rank">1 for an ace, 11, 12 and 13 for jack, queen and king.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such card.</exception>
    public PlayingCard(Suit suit, int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative((int)suit, nameof(suit));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)suit, (int)Suit.Clubs, nameof(suit));
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, RankLetters.Length);
        Suit = suit;
        Rank = rank;
    }

    /// <summary>The suit.</summary>
    public Suit Suit { get; }

    /// <summary>1..13.</summary>
    public int Rank { get; }

    /// <summary>What it counts, 1..10: an ace 1, a picture 10.</summary>
    public int Value => Math.Min(Rank, 10);

    /// <summary>The rank as people write it: <c>A</c>, <c>2</c> … <c>10</c>, <c>J</c>, <c>Q</c>, <c>K</c>.</summary>
    public string Face => Rank is > 1 and <= 10 ? $"{Rank}" : RankLetters[Rank - 1].ToString();

    /// <summary><c>H</c>, <c>S</c>, <c>D</c> or <c>C</c>.</summary>
    public char SuitLetter => SuitLetters[(int)Suit];

    /// <summary>Suit and rank in two letters, a ten as <c>T</c>: <c>HT</c>, <c>SA</c>.</summary>
    public string Name => $"{SuitLetter}{RankLetters[Rank - 1]}";

    /// <summary>The card of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static PlayingCard Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int suit = name.Length == 2 ? SuitLetters.IndexOf(name[0], StringComparison.Ordinal) : -1;
        int rank = name.Length == 2 ? RankLetters.IndexOf(name[1], StringComparison.Ordinal) : -1;
        return suit >= 0 && rank >= 0
            ? new PlayingCard((Suit)suit, rank + 1)
            : throw new ArgumentException($"'{name}' is no card.", nameof(name));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
