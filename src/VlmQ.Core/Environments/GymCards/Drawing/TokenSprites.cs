using System.Collections.Immutable;
using VlmQ.Core.Environments.GymCards.Formulas;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Environments.GymCards.Drawing;

/// <summary>The tokens of a formula at one size, in white on the cloth, drawn once.</summary>
internal sealed class TokenSprites
{
    // The built-in font reaches from the ascender line to 0.25 of an em below the baseline, which lies 0.928 of an em below it.
    private const double LineHeight = 1.25;
    private const double Ascender = 0.928;

    // Less than a blank, which stands for itself, so that tokens can be told apart and a long formula still fits.
    private const double Gap = 0.08;

    private readonly ImmutableArray<RgbImage> _sprites;
    private readonly ImmutableArray<double> _advances;

    /// <param name="size">Pixels an em.</param>
    public TokenSprites(double size)
    {
        Baseline = (int)Math.Ceiling(Ascender * size);
        _advances = [.. FormulaToken.Texts.Select(text => Canvas.MeasureText(text, size, TextWeight.Bold) + (Gap * size))];
        _sprites =
        [
            .. FormulaToken.Texts.Select(
                (text, code) =>
                    new Canvas((int)Math.Ceiling(_advances[code]), (int)Math.Ceiling(LineHeight * size), CardDrawing.Table)
                        .DrawText(text, 0, 0, size, RgbColor.White, TextWeight.Bold)
                        .TakeImage()
            ),
        ];
    }

    /// <summary>How far the baseline lies below the top of the pictures, in pixels.</summary>
    public int Baseline { get; }

    /// <summary>The picture of a token.</summary>
    public RgbImage this[FormulaToken token] => _sprites[token.Code];

    /// <summary>How far the next token is, in pixels.</summary>
    public double Advance(FormulaToken token) => _advances[token.Code];
}
