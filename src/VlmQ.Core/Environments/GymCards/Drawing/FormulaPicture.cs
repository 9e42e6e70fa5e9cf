using VlmQ.Core.Environments.GymCards.Cards;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Environments.GymCards.Drawing;

/// <summary>The table of the formula games: the cards in a row, the formula below.</summary>
internal sealed class FormulaPicture
{
    private const int Size = 300;
    private const int CardLeft = 5;
    private const double CardSpacing = 1.1;
    private const int TextLeft = 10;
    private const string Label = "Formula:";

    private readonly int _cardWidth;
    private readonly int _cardTop;
    private readonly int _textTop;
    private readonly double _textLeft;
    private readonly CardSprites _cards;
    private readonly Lazy<TokenSprites> _tokens;
    private readonly Lazy<RgbImage> _table;

    private FormulaPicture(int cardWidth, int cardHeight, int cardTop, int labelTop, int textTop, double textSize)
    {
        _cardWidth = cardWidth;
        _cardTop = cardTop;
        _textTop = textTop;
        _textLeft = textTop > labelTop ? TextLeft : TextLeft + Canvas.MeasureText(Label + " ", textSize);
        _cards = new CardSprites(cardWidth, cardHeight);
        _tokens = new Lazy<TokenSprites>(() => new TokenSprites(textSize));
        _table = new Lazy<RgbImage>(() =>
            new Canvas(Size, Size, CardDrawing.Table).DrawText(Label, TextLeft, labelTop, textSize, RgbColor.White).TakeImage()
        );
    }

    /// <summary>Two large cards; the formula follows its label.</summary>
    public static FormulaPicture OfEZPoints() => new(135, 189, 55, 258, 258, 20);

    /// <summary>Four cards; the formula is on a line of its own.</summary>
    public static FormulaPicture OfPoints24() => new(67, 93, 103, 210, 240, 16);

    /// <summary>Draws a state.</summary>
    public RgbImage Draw(FormulaState state)
    {
        Canvas canvas = new(_table.Value);
        for (int i = 0; i < state.Cards.Length; i++)
        {
            canvas.DrawImage(_cards[state.Cards[i]], CardLeft + (int)(i * _cardWidth * CardSpacing), _cardTop);
        }
        double pen = _textLeft;
        foreach (string token in state.Formula)
        {
            pen = _tokens.Value.Draw(canvas, token, pen, _textTop);
        }
        return canvas.TakeImage();
    }
}
