using System.Collections.Immutable;
using VlmQ.Core.Environments.GymCards.Formulas;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Environments.GymCards.Drawing;

/// <summary>
/// The table of the formula games: the cards in a row, the formula below, as in the reference. The formula is larger than there, and bold:
/// of its 16 or 20 pixels three or four are left when a model is shown 64 for the picture's 300. What a good player writes is drawn as large
/// as the numbers of NumberLine; longer formulas are drawn smaller and, where there is room, on two lines, so that all of them can be read.
/// </summary>
internal sealed class FormulaPicture
{
    private const int Size = 300;
    private const int CardLeft = 5;
    private const double CardSpacing = 1.1;
    private const int TextLeft = 10;
    private const double LabelSize = 24;
    private const int LineHeight = 30;
    private const string Label = "Formula:";

    private readonly int _cardWidth;
    private readonly int _cardTop;
    private readonly int _textLeft;
    private readonly int _baseline;
    private readonly CardSprites _cards;
    private readonly Lazy<RgbImage> _table;

    // The largest first, each with the lines that there is room for.
    private readonly ImmutableArray<(Lazy<TokenSprites> Sprites, int Lines)> _sizes;

    private FormulaPicture(
        int cardWidth,
        int cardHeight,
        int cardTop,
        int labelTop,
        int textLeft,
        int baseline,
        params ImmutableArray<(double Size, int Lines)> sizes
    )
    {
        _cardWidth = cardWidth;
        _cardTop = cardTop;
        _textLeft = textLeft;
        _baseline = baseline;
        _cards = new CardSprites(cardWidth, cardHeight);
        _sizes = [.. sizes.Select(one => (new Lazy<TokenSprites>(() => new TokenSprites(one.Size)), one.Lines))];
        _table = new Lazy<RgbImage>(() =>
            new Canvas(Size, Size, CardDrawing.Table).DrawText(Label, TextLeft, labelTop, LabelSize, RgbColor.White).TakeImage()
        );
    }

    /// <summary>Two large cards; the formula follows its label on the same line, where the longest fits at 25 pixels.</summary>
    public static FormulaPicture OfEZPoints() => new(135, 189, 55, 262, 126, 285, (36, 1), (25, 1));

    /// <summary>Four cards; the formula is below its label. 32 pixels hold <c>(10-2)*(1+2)</c>, two lines of 24 the longest.</summary>
    public static FormulaPicture OfPoints24() => new(67, 93, 103, 204, TextLeft, 264, (36, 1), (32, 1), (28, 2), (24, 2));

    /// <summary>Draws a state.</summary>
    public RgbImage Draw(FormulaState state) => new(Size, Size, pixels => Draw(state, pixels));

    private void Draw(FormulaState state, Span<byte> pixels)
    {
        _table.Value.CopyTo(pixels);
        PixelArea area = new(pixels, Size, Size);
        for (int i = 0; i < state.Cards.Length; i++)
        {
            area.Copy(_cards[state.Cards[i]], CardLeft + (int)(i * _cardWidth * CardSpacing), _cardTop);
        }
        Write(state.Tokens, SpritesFor(state.Tokens), area);
    }

    private TokenSprites SpritesFor(TokenList tokens)
    {
        foreach ((Lazy<TokenSprites> sprites, int lines) in _sizes)
        {
            if (LinesFor(tokens, sprites.Value) <= lines)
            {
                return sprites.Value;
            }
        }
        return _sizes[^1].Sprites.Value;
    }

    private int LinesFor(TokenList tokens, TokenSprites sprites)
    {
        (int lines, double pen) = (1, _textLeft);
        for (int i = 0; i < tokens.Count; i++)
        {
            double advance = sprites.Advance(tokens[i]);
            (lines, pen) = pen + advance > Size ? (lines + 1, _textLeft + advance) : (lines, pen + advance);
        }
        return lines;
    }

    private void Write(TokenList tokens, TokenSprites sprites, PixelArea area)
    {
        double pen = _textLeft;
        int top = _baseline - sprites.Baseline;
        for (int i = 0; i < tokens.Count; i++)
        {
            double advance = sprites.Advance(tokens[i]);
            if (pen + advance > Size)
            {
                (pen, top) = (_textLeft, top + LineHeight);
            }
            area.Copy(sprites[tokens[i]], (int)Math.Round(pen), top);
            pen += advance;
        }
    }
}
