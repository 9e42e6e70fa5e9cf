using System.Collections.Immutable;
using VlmQ.Core.Environments.GymCards.Cards;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Environments.GymCards.Drawing;

/// <summary>All cards at one size, each drawn when it is first wanted.</summary>
internal sealed class CardSprites
{
    private const int Ranks = 13;
    private const int Suits = 4;

    private readonly ImmutableArray<Lazy<RgbImage>> _faces;

    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public CardSprites(int width, int height) =>
        _faces = [
            .. from suit in Enumerable.Range(0, Suits)
            from rank in Enumerable.Range(1, Ranks)
            select new Lazy<RgbImage>(() => CardDrawing.Face(new PlayingCard((Suit)suit, rank), width, height)),
        ];

    /// <summary>The face of a card.</summary>
    public RgbImage this[PlayingCard card] => _faces[((int)card.Suit * Ranks) + card.Rank - 1].Value;
}
